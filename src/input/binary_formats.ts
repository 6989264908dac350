import { BoundedCache } from "../async/bounded_cache.ts";
import { JobError } from "../contract/problems.ts";
import { type Coding, hasZstd } from "./decompressor.ts";

/** A format whose bytes are a wrapping around text, or no text at all. */
export interface BinaryFormat {
  /** What it is, in a sentence. */
  about: string;
  /** The content coding that undoes it. */
  coding?: Coding;
  /** What its sender can do. */
  remedy: string;
}

/** Whether it is a coding that `decompress=auto` undoes. */
export function isFound(coding: Coding | undefined): boolean {
  return coding === "gzip" || coding === "zstd" || coding === "br";
}

const DECOMPRESS = "decompress it first";
const UNPACK = "unpack it and send the files in it";
const EXTRACT = "send the text that is in it";

interface Row extends BinaryFormat {
  /** Media types in use, all lower case. */
  media: readonly string[];
}

/** Every name also with the prefix `x-`, which a name has before it is registered. */
function alsoUnregistered(...names: string[]): string[] {
  return names.flatMap((name) => [`application/${name}`, `application/x-${name}`]);
}

function coded(coding: Coding, about: string, media: readonly string[]): Row {
  const available = coding !== "zstd" || hasZstd;
  const remedy = `send it with 'Content-Encoding: ${coding}', or with decompress=auto`;
  return { about, media, ...(available ? { coding, remedy } : { remedy: DECOMPRESS }) };
}

const compressed = (about: string, media: readonly string[] = []): Row => ({
  about,
  media,
  remedy: DECOMPRESS,
});
const archive = (about: string, media: readonly string[] = []): Row => ({
  about,
  media,
  remedy: UNPACK,
});
const content = (about: string, media: readonly string[] = []): Row => ({
  about,
  media,
  remedy: EXTRACT,
});

/**
 * Formats that are refused where text is wanted, under the names that are in use for them:
 * registered with IANA, listed by Apache (mime.types), nginx (mime.types), freedesktop's
 * shared-mime-info, MDN ("Common media types") and the WHATWG MIME Sniffing Standard, or sent by
 * browsers, which ask the system: `application/x-zip-compressed` is what Windows says.
 *
 * Not here, though it may be binary: `application/octet-stream`, which says nothing;
 * `application/vnd.ms-excel`, which browsers say of CSV where Excel is installed; and `video/mp2t`,
 * which they say of TypeScript. What is sent under these is known by its first bytes.
 */
const FORMATS = {
  gzip: coded("gzip", "gzip", [
    ...alsoUnregistered("gzip", "gzip-compressed", "gunzip", "gzipped", "gz"),
    "gzip/document",
  ]),
  zstd: coded("zstd", "Zstandard", alsoUnregistered("zstd", "zstandard", "zst")),
  brotli: coded("br", "Brotli", alsoUnregistered("br", "brotli")),
  zlib: {
    about: "zlib",
    coding: "deflate",
    remedy: "send it with 'Content-Encoding: deflate'",
    media: alsoUnregistered("zlib", "deflate"),
  },
  compress: compressed("compress (.Z)", [
    ...alsoUnregistered("compress"),
    "application/x-compressed",
    "application/x-z",
  ]),
  pack: compressed("pack (.z)"),
  lzh: compressed("LZH, of compress -H"),
  bzip2: compressed(
    "bzip2",
    alsoUnregistered("bzip2", "bzip", "bz2", "bz", "bzip2-compressed"),
  ),
  xz: compressed("xz", alsoUnregistered("xz", "xz-compressed")),
  lzma: compressed("LZMA", alsoUnregistered("lzma", "lzip")),
  lz4: compressed("LZ4", alsoUnregistered("lz4")),
  lzop: compressed("lzop", alsoUnregistered("lzop", "lzo")),
  snappy: compressed("Snappy", alsoUnregistered("snappy", "snappy-framed")),
  zip: archive("a ZIP archive", [
    ...alsoUnregistered("zip", "zip-compressed", "java-archive", "jar"),
    "application/java-archive",
    "application/vnd.android.package-archive",
    "application/x-xpinstall",
    "application/x-chrome-extension",
    "multipart/x-zip",
    "application/vnd.google-earth.kmz",
    "application/vnd.comicbook+zip",
  ]),
  tar: archive("a tar archive", [
    ...alsoUnregistered("tar", "gtar", "ustar", "tar-gz", "tgz", "gtar-compressed"),
    ...["gzip", "bzip", "bzip2", "xz", "lzma", "zstd", "lz4"].flatMap((each) =>
      alsoUnregistered(`${each}-compressed-tar`)
    ),
    "application/x-compressed-tar",
    "application/x-tarz",
    "application/x-bzip1-compressed-tar",
  ]),
  sevenZip: archive("a 7z archive", alsoUnregistered("7z-compressed", "7z", "7zip")),
  rar: archive("a RAR archive", [
    ...alsoUnregistered("rar", "rar-compressed"),
    "application/vnd.rar",
    "application/vnd.comicbook-rar",
  ]),
  cpio: archive("a cpio archive", alsoUnregistered("cpio", "sv4cpio", "sv4crc", "bcpio")),
  ar: archive("an ar archive", [
    ...alsoUnregistered("archive", "ar", "deb", "debian-package"),
    "application/vnd.debian.binary-package",
  ]),
  cab: archive("a cabinet file", [
    ...alsoUnregistered("cab", "cab-compressed"),
    "application/vnd.ms-cab-compressed",
  ]),
  rpm: archive("an RPM package", alsoUnregistered("rpm", "redhat-package-manager")),
  otherArchive: archive("an archive", [
    ...alsoUnregistered("arj", "lzh", "lha", "lzh-compressed", "lzx", "zoo", "ace-compressed"),
    ...alsoUnregistered("stuffit", "stuffitx", "xar", "alz", "arc"),
    ...alsoUnregistered("iso9660-image", "cd-image", "apple-diskimage", "squashfs"),
    "application/vnd.efi.iso",
    "application/vnd.efi.img",
    "application/vnd.snap",
  ]),
  awsChunked: {
    about: "a body in signed chunks of 'aws-chunked'",
    remedy: "send it as it is",
    media: [],
  },
  multipart: {
    about: "a body of several parts",
    remedy: "send its parts as multipart/form-data",
    media: [],
  },
  pdf: content("a PDF document", alsoUnregistered("pdf")),
  ole: content("a document of Microsoft Office", [
    "application/msword",
    "application/vnd.ms-word",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-project",
    "application/vnd.visio",
    "application/vnd.ms-outlook",
    "application/vnd.ms-works",
    "application/x-msaccess",
    "application/x-mspublisher",
    "application/x-ole-storage",
    "application/x-msi",
    "application/x-ms-installer",
  ]),
  rtf: content("a document in RTF", [...alsoUnregistered("rtf"), "text/rtf", "text/richtext"]),
  book: content("an electronic book", [
    "application/x-mobipocket-ebook",
    "application/vnd.amazon.ebook",
    "application/vnd.amazon.mobi8-ebook",
    "application/x-ibooks+zip",
  ]),
  iwork: content("a document of iWork", [
    ...["pages", "numbers", "keynote"].flatMap((each) => [
      `application/vnd.apple.${each}`,
      `application/x-iwork-${each}-sffpages`,
    ]),
  ]),
  sqlite: content("an SQLite database", [
    ...alsoUnregistered("sqlite", "sqlite3"),
    "application/vnd.sqlite3",
  ]),
  parquet: content("a Parquet file", [
    ...alsoUnregistered("parquet"),
    "application/vnd.apache.parquet",
  ]),
  arrow: content("Apache Arrow", [
    ...alsoUnregistered("arrow", "feather"),
    "application/vnd.apache.arrow.file",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.feather",
  ]),
  avro: content("an Avro file", [
    ...alsoUnregistered("avro", "avro-binary"),
    "avro/binary",
    "application/vnd.apache.avro",
  ]),
  orc: content("an ORC file", [...alsoUnregistered("orc"), "application/vnd.apache.orc"]),
  hdf5: content("an HDF5 file", alsoUnregistered("hdf5", "hdf", "netcdf")),
  numpy: content("a NumPy array", alsoUnregistered("numpy", "npy")),
  pickle: content("a Python pickle", alsoUnregistered("pickle", "python-pickle")),
  message: content("binary data", [
    ...alsoUnregistered("cbor", "cbor-seq", "msgpack", "bson", "protobuf", "protobuffer", "ubjson"),
    "application/vnd.msgpack",
    "application/vnd.google.protobuf",
    "application/grpc",
    "application/grpc+proto",
    "application/x-thrift",
    "application/vnd.apache.thrift.binary",
    "application/vnd.apache.thrift.compact",
  ]),
  program: content("a program", [
    ...alsoUnregistered("wasm", "java-vm", "java-class", "elf", "mach-binary", "msdownload"),
    ...alsoUnregistered("executable", "pie-executable", "sharedlib", "object", "dosexec"),
    ...alsoUnregistered("msdos-program", "shockwave-flash", "python-code"),
    "application/vnd.microsoft.portable-executable",
    "application/java",
  ]),
  image: content("a picture", alsoUnregistered("photoshop")),
  sound: content("sound", [...alsoUnregistered("ogg"), "application/vnd.rn-realmedia"]),
  video: content("video", alsoUnregistered("matroska", "mp4", "mxf")),
  font: content("a font", [
    ...alsoUnregistered("font-ttf", "font-otf", "font-woff", "font-woff2", "font-truetype"),
    "application/vnd.ms-fontobject",
    "application/vnd.ms-opentype",
    "application/font-woff",
  ]),
} satisfies Record<string, Row>;

/** The name of a format in the table. */
export type FormatName = keyof typeof FORMATS;

/** Families of media types; the first that fits counts. */
const FAMILIES: readonly [RegExp, FormatName | undefined][] = [
  // Text that has such a name: pictures in XML, playlists, TypeScript.
  [/^image\/(svg\+xml|svg|x-xpixmap|x-xbitmap)$/, undefined],
  [/^audio\/(x-)?(mpegurl|scpls|pls)$/, undefined],
  [/^video\/(mp2t|vnd\.dlna\.mpeg-tts)$/, undefined],
  [/^multipart\/(?!form-data$)/, "multipart"],
  [/^image\/vnd\.djvu/, "book"],
  [/^image\//, "image"],
  [/^audio\//, "sound"],
  [/^video\//, "video"],
  [/^font\//, "font"],
  [/^application\/vnd\.openxmlformats-officedocument\./, "ole"],
  [/^application\/vnd\.ms-[a-z.]+\.macroenabled\.12$/, "ole"],
  [/^application\/vnd\.oasis\.opendocument\.[a-z-]+-flat-xml$/, undefined],
  [/^application\/vnd\.(oasis\.opendocument|sun\.xml|stardivision)\./, "zip"],
  // Structured suffixes (RFC 6839 and IANA's registry).
  [/\+zip$/, "zip"],
  [/\+gzip$/, "gzip"],
  [/\+zstd$/, "zstd"],
  [/\+sqlite3$/, "sqlite"],
  [/\+cbor(-seq)?$/, "message"],
];

const BY_MEDIA = new Map<string, BinaryFormat>(
  Object.values(FORMATS).flatMap((format: Row) => format.media.map((name) => [name, format])),
);

/** Clients repeat a few types. */
const known = new BoundedCache<BinaryFormat | undefined>({ mostEntries: 256, mostChars: 128 });

/** The format that a content type names, or undefined for what may be text. */
export function formatOfMedia(contentType: string): BinaryFormat | undefined {
  return known.getOrMake(contentType, readFormat);
}

function readFormat(contentType: string): BinaryFormat | undefined {
  const media = contentType.split(";", 1)[0].trim().toLowerCase();
  const family = FAMILIES.find(([pattern]) => pattern.test(media))?.[1];
  return BY_MEDIA.get(media) ?? (family && FORMATS[family]);
}

/** As formatOfMedia, for what may not be a form itself: a part of one, or what stands behind a URL. */
export function formatOfPart(contentType: string): BinaryFormat | undefined {
  const isForm = /^\s*multipart\/form-data\s*(;|$)/i.test(contentType);
  return isForm ? FORMATS.multipart : formatOfMedia(contentType);
}

/** What is wrong with an input that is in this format, and what to do about it. */
export interface BinaryInput {
  format: BinaryFormat;
  /** What cannot be done: `Cannot count the body`. */
  failure: string;
  /** How the format is known. */
  reason: string;
  details?: Record<string, unknown>;
}

/** The `unsupported_media` that says so. */
export function refuseFormat({ format, failure, reason, details }: BinaryInput): JobError {
  const { about, coding, remedy } = format;
  const auto = isFound(coding) ? ["decompress=auto"] : [];
  const ways = coding === undefined ? {} : { instead: [`Content-Encoding: ${coding}`, ...auto] };
  return new JobError("unsupported_media", `${failure}: ${reason}; ${remedy}`, {
    details: { format: about, ...ways, ...details },
  });
}

/** The format of a name. */
export function formatNamed(name: FormatName): BinaryFormat {
  return FORMATS[name];
}
