/** The parts of messages: names of objects, paths, requests and lists, without secrets and without control characters. */
export { formatUnsupported } from "../client";
export { Confidential } from "../confidential";
export { getErrorMessage } from "../errors";
export { getTypeName, listBriefly } from "../explain";
export { explainPartialDestroy } from "../parents";
export { formatPath, parsePath } from "../path";
export { countOthers, inOneLine, mostPrinted, printable, printableLine } from "../printable";
export { formatRequest } from "../request";
export { formatSource, type SourceLocation } from "../source";
export { beginNotAppliedMessage, describeMissing } from "../unapplied";
