const lost = "The emulator does not answer.";
const pause = 1500;
const lastRequests = 200;

/** What each place shows, as text. @type {Map<string, string>} */
const seen = new Map();

/** Draws a place anew if it has something else to show.
 * @template Value
 * @param {string} id @param {Value} value @param {(value: Value) => readonly Content[]} draw
 */
function update(id, value, draw) {
  const text = JSON.stringify(value);
  if (seen.get(id) === text) return;
  seen.set(id, text);
  show(place(id), draw(value));
}

/** Which refresh is the newest: an answer that comes late is not true any more. */
let turn = 0;

/** Shows what is true now. */
async function refresh() {
  const mine = ++turn;
  const [/** @type {Overview} */ overview, /** @type {readonly LoggedRequest[]} */ requests] = await Promise.all([
    call("GET", "overview"),
    call("GET", `requests?last=${lastRequests}`),
  ]);
  if (mine !== turn) return;
  update("clock", overview.now.slice(0, 16), (now) => [`${moment(now)} UTC`]);
  update("organizations", overview.organizations, organizations);
  update("requests", requests, requestList);
}

async function watch() {
  try {
    await refresh();
    if (place("message").firstChild?.textContent === lost) say("");
  } catch {
    say(lost);
  }
  setTimeout(watch, pause);
}

show(place("tools"), [
  button("A day later", () => act("advance", { seconds: 86_400 })),
  removal("Reset", "Put everything back to the start?", () => act("reset"), "Reset everything"),
]);
show(place("log-tools"), [
  button(
    "Clear",
    async () => {
      await call("DELETE", "requests");
      await refresh();
    },
    { label: "Clear the requests" },
  ),
]);
watch();
