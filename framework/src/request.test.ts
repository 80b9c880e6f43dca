import { formatUnsupported } from "./client";
import { ApiError, formatRequest, NotFoundError, withFailedLookup } from "./request";

const request = { method: "PATCH", path: "/users/7", status: 503, requestId: "r-1", isAmbiguous: true };

test("a request is named by method, path, status and id, as far as there are", () => {
  expect(formatRequest(request)).toBe("PATCH /users/7, HTTP 503, request r-1");
  expect(formatRequest({ ...request, status: null, requestId: null })).toBe("PATCH /users/7");
});

test("an error of the API has the request in its message and in its properties", () => {
  const cause = new Error("reset");
  const error = new ApiError("Acme failed.", { ...request, cause });
  expect(error).toMatchObject({ ...request, name: "ApiError", summary: "Acme failed.", cause });
  expect(error.message).toBe("Acme failed. (PATCH /users/7, HTTP 503, request r-1)");
});

test("an object is not gone by the hands of this process unless said so", () => {
  expect(new NotFoundError("Acme has none.", request)).toMatchObject({ name: "NotFoundError", deletedHere: false });
  expect(new NotFoundError("Acme has none.", request, true)).toMatchObject({ deletedHere: true });
});

test("a failed look for the effect of a request is added once, with its status", () => {
  const failure = new ApiError("Acme failed.", request);
  const looked = withFailedLookup(failure, new ApiError("Acme failed again.", { ...request, status: 500 }));
  expect(looked).toMatchObject(request);
  expect(looked.message).toMatch(
    /^Acme failed\. .*\(HTTP 500\).*`pulumi up`.* \(PATCH \/users\/7, HTTP 503, request r-1\)$/,
  );
  expect(withFailedLookup(looked, new Error("no line"))).toBe(looked);
  for (const lookup of [new Error("no line"), new ApiError("Acme failed again.", { ...request, status: null })])
    expect(withFailedLookup(failure, lookup).message).toContain("could not check if the request took effect. Run");
});

test("an unsupported feature is explained in sentences", () => {
  expect(formatUnsupported({ reason: "Acme has no groups: leave them out" })).toBe(
    "Acme has no groups: leave them out.",
  );
});
