import { createProcessTerminal } from "./terminal";

test.each(["SIGINT", "SIGTERM"] as const)("the process survives %s as long as a handler is there", (signal) => {
  let times = 0;
  const heedNoMore = createProcessTerminal().onInterrupt(() => (times += 1));
  process.emit(signal, signal);
  process.emit(signal, signal);
  expect(times).toBe(2);
  heedNoMore();
  process.emit(signal, signal);
  expect(times).toBe(2);
});
