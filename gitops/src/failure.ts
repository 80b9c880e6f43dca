/** The command cannot do its work. The message names what, why and the remedy; no stack is shown. */
export class Failure extends Error {
  override readonly name = "Failure";
}
