/** @param {readonly LoggedRequest[]} requests the newest last */
function requestList(requests) {
  if (requests.length === 0) return [element("p", { className: "quiet" }, "None yet.")];
  return [element("ol", {}, requests.toReversed().map(requestRow))];
}

/** @param {LoggedRequest} request */
function requestRow({ request_id, at, status, method, path, query, operation, body, user_agent }) {
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
  const address = asked.size === 0 ? path : `${path}?${asked}`;
  const good = status !== null && status < 400;
  return element(
    "li",
    { key: request_id },
    element(
      "p",
      {},
      element("span", { className: `status ${good ? "good" : "bad"}` }, String(status ?? "none")),
      " ",
      element("b", {}, operation ?? "no operation"),
      " ",
      element("time", { className: "quiet", dateTime: at }, at.slice(11, 19)),
    ),
    element("code", {}, `${method} ${address}`),
    body === null ? "" : element("code", { className: "body" }, JSON.stringify(body)),
    user_agent === null ? "" : element("span", { className: "agent quiet" }, user_agent),
  );
}
