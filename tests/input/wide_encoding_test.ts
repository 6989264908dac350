import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import {
  findWideEncodings,
  refuseWideEncoding,
  TELLING_BYTES,
} from "../../src/input/wide_encoding.ts";
import { encodeLatin1, encodeWide } from "../support/oracle/charsets.ts";
import { anySoup } from "../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../support/random.ts";

const encoder = new TextEncoder();

const TEXTS = [
  "to be or not to be",
  "hi",
  "line\r\nline\r\n\r\n",
  "\x1b[31mred\x1b[0m text",
  "“quotes” and — dashes",
  "été\n",
  "привет мир",
  "Ελληνικά γράμματα",
  "שלום עולם",
  "مرحبا بالعالم",
  "नमस्ते दुनिया, फिर मिलेंगे",
  "สวัสดี ชาวโลก",
  "안녕 세계",
  "日本語",
  "日本語のテキスト。",
  "こんにちは 世界\n",
  "一 二 三\n",
  "中国a文b化c",
  "😀 😀 x",
];

for (const text of TEXTS) {
  Deno.test(`findWideEncodings() finds UTF-16 and UTF-32 of ${JSON.stringify(text)}`, () => {
    for (const charset of ["utf-16le", "utf-16be", "utf-32le", "utf-32be"]) {
      for (const whole of [text, text.repeat(200)]) {
        const head = encodeWide(whole, charset).subarray(0, TELLING_BYTES);
        assertEquals(findWideEncodings(head), [charset]);
      }
    }
  });
}

/** Without a NUL, or with those of the letters alone. */
const BLOCKS = [
  "ภาษาไทยเป็นภาษาที่มีระดับเสียง",
  "ไทย",
  "ລາວ",
  "မြန်မာဘာသာ",
  "ကခဂဃ",
  "བོད་སྐད་",
  "नमस्ते",
  "हिन्दी",
  "भारत",
  "বাংলা",
  "ਪੰਜਾਬੀ",
  "ગુજરાતી",
  "தமிழ்",
  "తెలుగు",
  "ಕನ್ನಡ",
  "മലയാളം",
  "ქართული",
  "Հայերեն",
  "שלום",
  "مرحبا",
  "привет",
  "Ελληνικά",
  "ᚠᚢᚦᚨᚱᚲ",
  "᚛ᚑᚌᚐᚋ᚜",
  "አማርኛ",
  "ភាសា\u200bខ្មែរ",
  "ᏣᎳᎩ",
  "대한민국헌법",
  "한국어",
  "中华人民共和国",
  "ひらがな",
  "😀",
  "🎉",
  "🎉🎊🎈",
  "👩\u200d💻",
  "𐌲𐌿𐍄",
];

for (const text of BLOCKS) {
  Deno.test(`findWideEncodings() finds UTF-16 of ${JSON.stringify(text)} alone`, () => {
    for (const charset of ["utf-16le", "utf-16be"]) {
      assertEquals(findWideEncodings(encodeWide(text, charset)), [charset]);
    }
  });
}

Deno.test("findWideEncodings() finds a text of one character of ASCII", () => {
  for (const text of ["a", "\n", "~"]) {
    for (const charset of ["utf-16le", "utf-16be", "utf-32le", "utf-32be"]) {
      assertEquals(findWideEncodings(encodeWide(text, charset)), [charset], text);
    }
  }
});

/** Texts that say something in either byte order. */
const EITHER = ["𐤀", "𐤀𐤁", "𐌰", "𐐀𐐁"];

for (const text of EITHER) {
  Deno.test(`refuseWideEncoding() names both byte orders of ${JSON.stringify(text)}`, () => {
    for (const charset of ["utf-16le", "utf-16be"]) {
      const error = assertThrows(
        () => refuseWideEncoding(encodeWide(text, charset)),
        JobError,
        " or charset=utf-16",
      );
      const [first, second, last] = error.details.allowed as string[];
      assertEquals(new Set([first, second]), new Set(["utf-16le", "utf-16be"]));
      assertEquals(last, "utf-8");
      assertEquals(error.details.charset, `${first} or ${second}`);
    }
  });
}

/** What is counted as it is: UTF-8 with a NUL here and there, and 8-bit charsets. */
const NARROW = [
  "",
  "\0",
  "abc\0",
  "\0abc",
  "\xe9\0",
  "a\0b",
  "a\0b\0c",
  "to\0be",
  "to be\0",
  "one\0two\0three\0",
  "abc\0def\0ghi\0",
  "\0\0",
  "ab\0\0",
  "a\0\0",
  "a\0\0\0\0",
  "\0\0\0\0\0\0\0\0",
  "a\tb\tc\td\te\tf\tg\t\0",
  "1\n2\n3\n4\n5\n6\n\0",
  "a\x01b\x01c\x01d\x01e\x01f\x01",
  "café",
  "l'\xe9t\xe9 \xe0 Paris",
  "\xe9t\xe9\0 to",
  "a\xff\xe2\x82b",
  "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", // windows-1251
  "\xd6\xd0\xce\xc4\xd6\xd0\xce\xc4", // gbk
  "\xc7\xd1\xb1\xb9\xbe\xee", // euc-kr
  "\xa4\xd2\xa4\xe9\xa4\xac\xa4\xca", // euc-jp
  "\x93Tha\x94.", // windows-1252
  "\xe9\n\xe0\n\xfc\n",
  "\xe9\t\xe0\t\xfc\t",
  // UTF-8 that is damaged
  "ab\xf5\x80\x80\x80",
  "ab\xed\xa0\x80c",
  "\xc0\x80abcd",
  "\xf4\x90\x80\x80ab",
  "na\xc3\xafve\xff\xfe!",
  '"a"\n"\xe9"\n"\xff"\n',
  // a character a cell
  "a\tb\tc\td\t",
  "1\t2\t3\t4\t",
  "a\nb\nc\nd\n",
  "-\n>\n-\n>\n",
  "\ta\tb\tc\td",
  "a\x1fb\x1fc\x1fd\x1f",
  "a\x1eb\x1ec\x1ed\x1e",
  "\x1b[1m\x1b[0m",
];

for (const text of NARROW) {
  Deno.test(`findWideEncodings() finds none in the bytes ${JSON.stringify(text)}`, () => {
    assertEquals(findWideEncodings(encodeLatin1(text)), []);
  });
}

Deno.test("findWideEncodings() finds none in UTF-8 without NUL, wherever it is cut", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 500; round++) {
    const text = anySoup(random, random.below(800)).replaceAll("\0", " ").toWellFormed();
    const head = encoder.encode(text).subarray(0, random.between(1, TELLING_BYTES));
    assertEquals(findWideEncodings(head), [], `seed ${seed}, ${JSON.stringify(text)}`);
  }
});

Deno.test("findWideEncodings() finds none in UTF-8 with a NUL anywhere", () => {
  const texts = ["to be or not to be", "中文文本, 中文", "naïve café", "a\tb\nc\td\n", "привет"];
  for (const text of texts) {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length; at++) {
      const holed = bytes.slice();
      holed[at] = 0;
      const inserted = new Uint8Array([...bytes.subarray(0, at), 0, ...bytes.subarray(at)]);
      if (bytes[at] < 0x80) assertEquals(findWideEncodings(holed), [], `${text} at ${at}`);
      if ((bytes[at] & 0xc0) === 0x80) continue; // it would break a sequence
      assertEquals(findWideEncodings(inserted), [], `${text} before ${at}`);
    }
  }
});

Deno.test("refuseWideEncoding() names the charset to send, and none for UTF-32", () => {
  const rows = [
    ["utf-16be", ["utf-16be", "utf-8"]],
    ["utf-32le", ["utf-8", "utf-16le", "utf-16be"]],
  ] as const;
  for (const [charset, allowed] of rows) {
    const head = encodeWide("to be", charset);
    const error = assertThrows(() => refuseWideEncoding(head), JobError, charset);
    assertEquals([error.code, error.status], ["unknown_charset", 415]);
    assertEquals([error.details.charset, error.details.allowed], [charset, allowed]);
  }
});
