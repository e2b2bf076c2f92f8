import { mimePart, subjectPart, viewPart } from './body.ts'
import { contentPart, filePart, metaPart } from './draft.ts'

/** What the sealed columns and bodies of messages and drafts are sealed as: for who verifies them. */
export const sealedParts = {
  mime: mimePart,
  subject: subjectPart,
  view: viewPart,
  draft: contentPart,
  draftFile: filePart,
  draftFileMeta: metaPart,
} as const
