/** @param {readonly LoggedRequest[]} requests the newest last */
function renderRequests(requests) {
  if (requests.length === 0) return [createElement("p", { className: "quiet" }, "There are no requests.")];
  return [createElement("ol", {}, requests.toReversed().map(renderRequest))];
}

/** @param {LoggedRequest} request */
function renderRequest({ request_id, at, status, method, path, query, operation, body, user_agent }) {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((item) => [name, item])),
  );
  const address = parameters.size === 0 ? path : `${path}?${parameters}`;
  const isSuccess = status !== null && status < 400;
  return createElement(
    "li",
    { key: request_id },
    createElement(
      "p",
      { className: "row" },
      createElement("span", { className: `status ${isSuccess ? "good" : "bad"}` }, String(status ?? "none")),
      createElement("b", {}, operation ?? "no operation"),
      createElement("time", { className: "quiet", dateTime: at }, at.slice(11, 19)),
    ),
    createCopyable(`${method} ${address}`),
    body === null ? "" : createElement("code", { className: "body" }, JSON.stringify(body)),
    user_agent === null ? "" : createElement("span", { className: "agent quiet" }, user_agent),
  );
}
