import { providerSettings as settings } from "../settingNames";
import { AbortedError, UnreachableError } from "../errors";
import { lost } from "../testing/outcomes";
import { systemClock } from "../transport/request";
import { Http } from "./http";
import { postOnce } from "./postOnce";

const where = { method: "POST", path: "/things", status: null, requestId: null };

test("an abort before the second attempt is ambiguous after an ambiguous first one", async () => {
  const send = () => Promise.resolve(lost);
  const endpoint = "https://api.peridio.com";
  const transport = {
    endpoint,
    send,
    clock: systemClock,
    backoff: () => 0,
    maxRetries: 4,
    deadline: 1_000,
    redact: String,
    settings,
  };
  const attempts = [
    new UnreachableError("Lost.", { ...where, isAmbiguous: true }),
    new AbortedError({ ...where, isAmbiguous: false }),
  ];
  const posting = postOnce(
    new Http(transport, (property) => property),
    () => Promise.reject(attempts.shift() ?? new Error("There was a third attempt.")),
    () => Promise.resolve(undefined),
  );
  await expect(posting).rejects.toMatchObject({ isAmbiguous: true });
});
