import { connect } from "node:http2";

/**
 * Calls `end` after the engine has ended. An engine that is killed cannot stop its plugins, but its system closes its connections at
 * once, on every platform. Does nothing if no engine listens at the address.
 */
export function watchEngine(address: string, end: () => void): void {
  if (URL.canParse(`http://${address}`)) openSession(address, () => undefined, end);
}

/** The number of connections that the engine must refuse one after the other. One can fail for another reason. */
const attempts = 3;

/** Opens a connection without requests. The server of an engine keeps it open, and a server of another kind sends no settings. */
function openSession(address: string, refuse: () => void, end: () => void): void {
  const session = connect(`http://${address}`);
  let isAccepted = false;
  session.unref();
  session.once("remoteSettings", () => (isAccepted = true));
  // `close` follows each error.
  session.on("error", () => undefined);
  session.once("close", () => {
    // A living engine may have closed only this connection.
    if (isAccepted) reopen(address, attempts, end);
    else refuse();
  });
}

function reopen(address: string, left: number, end: () => void): void {
  const retry = (): void => {
    reopen(address, left - 1, end);
  };
  openSession(address, left > 1 ? retry : end, end);
}
