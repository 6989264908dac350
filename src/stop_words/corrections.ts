import type { StopLanguage } from "../contract/stop_languages.ts";

// What the public lists have too much and too little: nouns, adjectives and verbs that only are
// frequent where a list was made, and function words that were forgotten. generate_lists.ts reads
// this; the server does not.

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Words that mean something, pieces of contractions, and misprints. */
const LEFT_OUT: Partial<Record<StopLanguage, string[]>> = {
  en: words(`
    ain aren couldn didn doesn don hadn hasn haven isn ma mightn mustn needn shan shouldn wasn
    weren won wouldn d ll m o re s t ve y
    came come get got make said take way
  `),
  de: words(`
    b c d e f g h i j k l m n o p q r s t u v w x y z
    ag bekannt beispiel besser besten dank ehrlich ende ernst gekannt gott gross grosse grossen
    grosser grosses groß große großen großer großes gut gute guter gutes heisst heute hoch jahr
    jahre jahren kam kleine kleinen kleiner kleines kommen kommt kurz lang lange leicht leide
    lieber los mahn mann mensch menschen mittel morgen möglich nahm natürlich neue neuen offen
    ordnung recht rechte rechten rechter rechtes richtig rund sache satt schlecht schluss
    startseite suche tag tage tagen tat teil tel tritt uhr vergangenen wahr wissen zeit
  `),
  da: words("får far god godt hej lad lav mand ny nyt okay stor store tag tage"),
  sv: words(`
    adjö beslut beslutat beslutit bra bäst bättre dag dagar dagarna dagen del delen enkel enkelt
    enkla förlåt god goda godare godast gott hög höger högre högst kr legat ligga ligger likställd
    likställda långsam långsammare långsammast långsamt lätt lättare lättast nummer rätt stor stora
    större störst tack tjungo ursäkt viktig viktigare viktigast viktigt vänster vänstra
  `),
  hu: words(`
    búcsú bal balra halló hurrá jobbra kérem kérlek köszönöm lehetőség szerbusz szervusz tessék
    uram urak urat viszlát viszontlátásra év évben éve évek éves évi évvel úr
  `),
  ro: words("bucur fata frumos graţie halbă mulţumesc nevoie noroc vreme"),
  ru: words("сказал сегодня"),
  tr: words("katrilyon milyar milyon trilyon"),
};

/** English function words that the lists lack, in the order of a grammar. */
const ENGLISH = words(`
  us mine oneself anybody anyone anything anywhere everybody everyone everything everywhere nobody none
  nothing nowhere somebody someone something somewhere another either else enough every fewer least
  less many much neither others several whatever whichever whoever whomever whose
  can cannot could done may might must ought shall should will would
  across along alongside amid among amongst around behind beneath beside besides beyond despite except
  inside onto outside per regarding since throughout till toward towards underneath unlike unto upon via
  within without
  although furthermore hence however lest moreover nevertheless nonetheless otherwise therefore
  though thus unless whereas whether yet whenever wherever whereby wherein thereby therein thereof
  afterwards elsewhere hereby herein meanwhile mostly really sometime thereupon whereupon
  almost already also always anyhow anyway even ever indeed instead just maybe merely now often perhaps
  quite rather somehow sometimes somewhat still thereafter
`);

/** What is contracted with a verb, and how it ends then. */
const ENGLISH_SUBJECTS: [subjects: string[], endings: string[]][] = [
  [words("i"), words("'m 'd 'll 've")],
  [words("you we they"), words("'d 'll 're 've")],
  [words("he she it"), words("'d 'll 's")],
  [words("that this there here what who where when why how"), words("'d 'll 's 're 've")],
];
const ENGLISH_NEGATIONS = words(`
  ain't aren't can't couldn't daren't didn't doesn't don't hadn't hasn't haven't isn't mayn't mightn't
  mustn't needn't oughtn't shan't shouldn't wasn't weren't won't wouldn't
`);
const ENGLISH_REST = words(
  "let's could've might've must've should've would've these'll those'll",
);

function englishContractions(): string[] {
  const pairs = ENGLISH_SUBJECTS.flatMap(([subjects, endings]) =>
    subjects.flatMap((subject) => endings.map((ending) => subject + ending))
  );
  return [...pairs, ...ENGLISH_NEGATIONS, ...ENGLISH_REST];
}

/** What elides before a vowel in French: `qu'il` is one token. */
const FRENCH_ELIDED = words("c' d' j' l' m' n' s' t' qu' jusqu' lorsqu' puisqu' quoiqu'");
const ITALIAN = words(
  "c'è c'era c'erano cos'è cos'era com'è com'era dov'è dov'era l'ho l'ha l'hanno",
);

/** The Greek list has no accents, texts have. */
const GREEK = words(`
  αλλά αντί από αυτά αυτές αυτή αυτήν αυτό αυτόν αυτοί αυτός αυτού αυτούς αυτών εάν είμαι είμαστε είναι
  είσαι είστε εκείνα εκείνες εκείνη εκείνο εκείνοι εκείνος εκείνους εκείνων ενώ επί ή ίσως κατά μετά
  όμως όπως όσο ότι παρά ποιές ποιοί ποιός ποιούς ποιών πώς τότε ήταν έχει έχουν όταν όλα πολύ μόνο
`);

/** Letters with a cedilla stand for those with a comma in old Romanian texts, and in the list. */
const ROMANIAN: [from: string, to: string][] = [["ş", "ș"], ["ţ", "ț"]];

/** @param known What the list has so far. */
export function additionsTo(language: StopLanguage, known: readonly string[]): string[] {
  switch (language) {
    case "el":
      return GREEK;
    case "en":
      return [...ENGLISH, ...englishContractions()];
    case "fr": {
      const open = known.filter((word) => /^[aeiouyàâéèêîôh]/.test(word));
      return FRENCH_ELIDED.flatMap((elided) => open.map((word) => elided + word));
    }
    case "it":
      return ITALIAN;
    case "ro":
      return known.map((word) => replaceAll(word, ROMANIAN));
    default:
      return [];
  }
}

/** Letters that were decoded by the wrong code page, and what they were. */
const MISREAD: Partial<Record<StopLanguage, [from: string, to: string][]>> = {
  sk: [["ï", "ď"], ["ò", "ň"], ["è", "č"]],
  tr: [["đ", "ğ"]],
};

/** A word of a list with the letters that the list misreads put right. */
export function correctSpelling(word: string, language: StopLanguage): string {
  return replaceAll(word, MISREAD[language] ?? []);
}

function replaceAll(word: string, pairs: readonly [from: string, to: string][]): string {
  return pairs.reduce((text, [from, to]) => text.replaceAll(from, to), word);
}

/** Words of a list that are no stop words. */
export function leftOutOf(language: StopLanguage): readonly string[] {
  return LEFT_OUT[language] ?? [];
}
