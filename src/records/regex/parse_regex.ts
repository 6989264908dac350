import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { type CodePoints, complement, union } from "./code_points.ts";
import { RegexError } from "./regex_error.ts";
import { type BuildSteps, MAX_PATTERN_LENGTH } from "./regex_limits.ts";
import {
  assertionOf,
  choiceOf,
  groupOf,
  type RegexNode,
  repeatOf,
  sequenceOf,
  setOf,
} from "./regex_node.ts";
import { escapeSet, ignoreCase } from "./unicode_sets.ts";

const parser = new RegExpParser({ ecmaVersion: 2025 });

/** Modifiers that hold where a part stands. */
interface Modes {
  readonly ignoresCase: boolean;
  readonly takesLineEnds: boolean;
}

/**
 * Parses a pattern of ECMAScript with flag `u`. The first group is kept, and the whole pattern is the
 * group where there is none. Modifiers `i` and `s` hold within `(?i:…)`; what no automaton can do in
 * linear time is refused.
 *
 * @throws {RegexError} If the pattern is wrong, too long, or refused, or takes too many steps.
 */
export function parseRegex(pattern: string, steps: BuildSteps): RegexNode {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    const reason = `the pattern is too long: it may have at most ${MAX_PATTERN_LENGTH} characters`;
    throw new RegexError(MAX_PATTERN_LENGTH, reason);
  }
  const reader = new Reader(new SetReader(steps));
  const node = reader.choice(parse(pattern), { ignoresCase: false, takesLineEnds: false });
  return reader.groups > 0 ? node : groupOf(node);
}

function parse(pattern: string): AST.Pattern {
  try {
    return parser.parsePattern(pattern, 0, pattern.length, { unicode: true });
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("index" in error)) throw error;
    // "Invalid regular expression: /…/u: Unterminated group"
    const reason = error.message.slice(error.message.lastIndexOf("/u: ") + 4);
    throw new RegexError(Number(error.index), reason.toLowerCase());
  }
}

class Reader {
  readonly #sets: SetReader;
  groups = 0;

  constructor(sets: SetReader) {
    this.#sets = sets;
  }

  choice({ alternatives }: { alternatives: readonly AST.Alternative[] }, modes: Modes): RegexNode {
    return choiceOf(
      alternatives.map(({ elements }) =>
        sequenceOf(elements.map((element) => this.#element(element, modes)))
      ),
    );
  }

  #element(element: AST.Element, modes: Modes): RegexNode {
    switch (element.type) {
      case "Group":
        return this.choice(element, withModifiers(element, modes));
      case "CapturingGroup": {
        const isFirst = ++this.groups === 1;
        const node = this.choice(element, modes);
        return isFirst ? groupOf(node) : node;
      }
      case "Quantifier": {
        // Read even if it is repeated no times: its groups count.
        const node = this.#element(element.element, modes);
        return repeatOf(node, element.min, element.max, element.greedy);
      }
      case "Assertion":
        return assertion(element);
      case "Backreference":
        throw new RegexError(element.start, "back references are not supported");
      case "ExpressionCharacterClass":
        throw new RegexError(element.start, "classes of flag v are not supported");
      default:
        return setOf(this.#sets.characters(element, modes));
    }
  }
}

function withModifiers({ modifiers, start }: AST.Group, modes: Modes): Modes {
  if (!modifiers) return modes;
  const { add, remove } = modifiers;
  if (add.multiline || remove?.multiline) {
    throw new RegexError(start, "the modifier m is not supported");
  }
  return {
    ignoresCase: (modes.ignoresCase || add.ignoreCase) && !remove?.ignoreCase,
    takesLineEnds: (modes.takesLineEnds || add.dotAll) && !remove?.dotAll,
  };
}

function assertion(element: AST.Assertion): RegexNode {
  switch (element.kind) {
    case "start":
    case "end":
      return assertionOf(element.kind);
    case "word":
      return assertionOf(element.negate ? "notEdge" : "edge");
    default:
      throw new RegexError(element.start, `${element.kind} is not supported`);
  }
}

type Characters = AST.Character | AST.CharacterClass | AST.CharacterSet;

class SetReader {
  readonly #steps: BuildSteps;

  constructor(steps: BuildSteps) {
    this.#steps = steps;
  }

  characters(element: Characters, modes: Modes): CodePoints {
    if (element.type === "CharacterSet" && element.kind === "any") {
      return modes.takesLineEnds ? complement([]) : escapeSet(".", this.#steps);
    }
    const set = element.type === "CharacterClass"
      ? union(...element.elements.map((member) => this.#memberOf(member, modes)))
      : this.#memberOf(element, modes);
    const all = modes.ignoresCase ? ignoreCase(set, this.#steps) : set;
    return element.type === "CharacterClass" && element.negate ? complement(all) : all;
  }

  #memberOf(
    member: AST.CharacterClassElement | AST.Character | AST.CharacterSet,
    modes: Modes,
  ): CodePoints {
    switch (member.type) {
      case "Character":
        return [[member.value, member.value]];
      case "CharacterClassRange":
        return [[member.min.value, member.max.value]];
      case "CharacterSet":
        return this.#escaped(member, modes);
      default:
        throw new RegexError(member.start, "classes of flag v are not supported");
    }
  }

  /** `\W` without regard to case is all but what `\w` is then. */
  #escaped(member: AST.CharacterSet, { ignoresCase }: Modes): CodePoints {
    if (member.kind !== "word" || !ignoresCase) return escapeSet(member.raw, this.#steps);
    const word = ignoreCase(escapeSet("\\w", this.#steps), this.#steps);
    return member.negate ? complement(word) : word;
  }
}
