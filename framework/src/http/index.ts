// JSON over HTTP: what every provider of a REST service needs to send requests.
export { type Authorization, type ExpiringToken, renewToken } from "./authorization";
export { joinSentences, type Words } from "./words";
export {
  AbortedError,
  InvalidResponseError,
  ServerError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnreachableError,
} from "./errors";
export { type ErrorReader, type Quote, quoteSentence, toApiError, type Wording } from "./errorAnswer";
export { createHttp, Http, type HttpConfig } from "./http";
export { formatSeconds, type Log } from "./log";
export { path, query, type RequestOptions, type Transaction } from "./options";
export { type Page, type PagedListDetails, toArray } from "./pages";
export { postOnce } from "./postOnce";
export type { Answer } from "./request";
export {
  createRawReader,
  createTransport,
  type RawAnswer,
  type RawReader,
  type Transport,
  type TransportOverrides,
} from "./transport";
