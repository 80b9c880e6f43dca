/** The control plane cannot do what it was asked to; the status is that of the answer over HTTP. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ControlError";
  }
}
