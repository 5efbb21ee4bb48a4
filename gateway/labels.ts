/** Names that people give to themselves and their browsers, made safe to show beside text of ours. Pure. */

/** Controls, and what turns the direction of writing: with these a label could rearrange the words around it. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu

/** At most `most` characters; empty when nothing that can be seen is left. */
export const cleanLabel = (text: string, most = 100): string =>
  [...text.normalize('NFC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()].slice(0, most).join('').trim()
