// Where the parts of an automaton of literals lie. The host writes the tables (src/records/literals)
// and the kernel walks them (assembly/records/literals.ts). Untyped integer constants only.

// Header: u32 fields, offsets in bytes from the begin of the tables.
/** Sparse nodes stand from here on, dense ones before. */
export const LITERALS_SPARSE = 0;
/** Bytes of the longest literal. */
export const LITERALS_LONGEST = 4;
/** 1 if occurrences may overlap, 0 if they are the leftmost ones, and of those the longest. */
export const LITERALS_OVERLAP = 8;
/** 1 if fingerprints tell where a literal may end. */
export const LITERALS_FILTERS = 12;
/**
 * Of the last byte of literals, the last but one and the last but two: 16 bytes by the byte's low
 * half, and 16 by its high half. A byte has a bit for each group of literals that have such a byte.
 */
export const LITERALS_FINGERPRINTS = 16;
export const FINGERPRINT_BYTES = 32;
export const MOST_FINGERPRINTS = 3;
/** u8 for each byte: its class. */
export const LITERALS_CLASSES = 112;
/** The root, which is dense, is the first node. */
export const LITERALS_ROOT = 368;

/** Bytes of the literal that a node is, 0 if it is none. */
export const NODE_LENGTH = 0;
/** The longest literal that the node's text ends with, but for itself; 0 if there is none. */
export const NODE_LINK = 4;
/** Of a dense node: an entry for each class. */
export const NODE_ENTRIES = 8;
/** Of a sparse node: where to look for what it has no entry for. */
export const NODE_FAIL = 8;
/** How many entries it has. Their classes follow, u8 padded to words, and the entries. */
export const NODE_COUNT = 12;
export const NODE_LISTS = 16;
/** An entry: offset of a node, and this bit if a literal is found there. */
export const ENTRY_FOUND = 1;
