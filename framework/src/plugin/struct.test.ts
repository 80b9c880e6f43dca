import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as z from "zod";
import { secret as secretPart } from "../secret";
import { unknownValue } from "../values";
import { nothingSecret, printValues, receive, receiveInputs, send } from "./struct";

// Literally as the engine writes them.
const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("returns values unchanged, without nulls", () => {
  const sent = Struct.fromJavaScript({ a: "x", b: 1, c: true, d: [1, { e: "f", g: null }], h: null });
  const { values, secret, texts } = receive(sent);
  expect(values).toEqual({ a: "x", b: 1, c: true, d: [1, { e: "f" }] });
  expect([secret.size, texts.size]).toEqual([0, 0]);
});

test("opens secrets, and returns their properties and texts", () => {
  const received = receive(Struct.fromJavaScript({ a: secret("s3cret"), b: [{ c: secret("deep") }], d: "plain" }));
  expect(received.values).toEqual({ a: "s3cret", b: [{ c: "deep" }], d: "plain" });
  expect([...received.secret]).toEqual(["a", "b"]);
  expect([...received.texts]).toEqual(["s3cret", "deep"]);
});

test("prints values without secrets, with one mark for unknown ones", () => {
  const file = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "contents" };
  const sent = {
    a: secret("s3cret"),
    b: [{ c: secret("deep"), d: "x" }],
    e: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    file,
  };
  const printed = { a: "[secret]", b: [{ c: "[secret]", d: "x" }], e: unknown, file: unknown };
  expect(printValues(Struct.fromJavaScript(sent))).toEqual(printed);
  expect(printValues(undefined)).toEqual({});
});

test("keeps the values of a secret map that is compared by entry", () => {
  const variables = z.record(z.string(), z.string()).meta({ entryKey: String });
  const described = { inputs: z.object({ variables }), outputs: z.object({ variables }) };
  const sent = { variables: { ...secret(""), value: { TOKEN: "s3cret" } } };
  expect([...receive(Struct.fromJavaScript(sent), described).texts]).toEqual(["s3cret"]);
});

test("keeps the keys of a secret map with public values, and treats its copies as secret", () => {
  const map = z.record(z.string(), z.string());
  const described = {
    inputs: z.object({ roles: map.meta({ publicValues: true }) }),
    outputs: z.object({ people: map.meta({ secretWith: "roles" }) }),
  };
  const roles = { ...secret(""), value: { "bob@x.io": "admin" } };
  const received = receive(Struct.fromJavaScript({ roles }), described);
  expect(received.values).toEqual({ roles: { "bob@x.io": "admin" } });
  expect([[...received.secret], [...received.texts]]).toEqual([["roles", "people"], ["bob@x.io"]]);
  const inPart = receive(Struct.fromJavaScript({ roles: { "bob@x.io": secret("admin") } }), described);
  expect(inPart.values).toEqual({ roles: { "bob@x.io": "admin" } });
  expect([[...inPart.secret], [...inPart.texts]]).toEqual([["roles", "people"], []]);
});

test("treats an output as secret if only its inner schema says so", () => {
  const link = z.string().meta({ secret: true }).optional().meta({ description: "A link." });
  expect([...receive(Struct.fromJavaScript({}), { inputs: z.object({}), outputs: z.object({ link }) }).secret]).toEqual(
    ["link"],
  );
});

test("treats an output with secret metadata as secret", () => {
  const link = z.string().optional().meta({ description: "A link.", secret: true });
  const described = { inputs: z.object({}), outputs: z.object({ link, name: z.string() }) };
  expect([...receive(Struct.fromJavaScript({ name: "bob" }), described).secret]).toEqual(["link"]);
});

test("sends secret properties as secrets", () => {
  expect(send({ a: "s3cret", d: "plain" }, { ...nothingSecret, secret: new Set(["a"]) }).toJavaScript()).toEqual({
    a: secret("s3cret"),
    d: "plain",
  });
});

test.each([unknown, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"])(
  "%s is an unknown",
  (mark) => {
    expect(receive(Struct.fromJavaScript({ a: [mark] })).values).toEqual({ a: [unknownValue] });
  },
);

test("sends an unknown value", () => {
  expect(send({ a: { b: unknownValue } }).toJavaScript()).toEqual({ a: { b: unknown } });
});

test("keeps the types of values, and leaves out undefined ones", () => {
  const values = { a: "x", b: 0, c: false, d: null, e: [1, [{ f: null }]], g: {}, h: { i: undefined }, j: undefined };
  expect(send(values).toJavaScript()).toEqual({ a: "x", b: 0, c: false, d: null, e: [1, [{ f: null }]], g: {}, h: {} });
  expect(() => send({ a: Symbol("no value") })).toThrow("a message contains no symbol");
});

test("sends a secret of any type, and copies of its text, as secrets", () => {
  const closed = send({ a: ["x"], b: "s3cret", c: ["s3cret"] }, { secret: new Set(["a"]), texts: new Set(["s3cret"]) });
  expect(closed.toJavaScript()).toEqual({ a: { ...secret(""), value: ["x"] }, b: secret("s3cret"), c: ["s3cret"] });
});

test("sends the parts of a result that a function marks as secret", () => {
  const result = {
    open: "x",
    token: secretPart("s3cret"),
    list: [{ name: "a", value: secretPart("deep") }, { name: "b" }],
  };
  const sent = { open: "x", token: secret("s3cret"), list: [{ name: "a", value: secret("deep") }, { name: "b" }] };
  expect(send(result).toJavaScript()).toEqual(sent);
  // The program marks the whole argument of this name, or a part of it.
  const whole = { secret: new Set(["token"]), texts: new Set<string>() };
  expect(send(result, whole).toJavaScript()).toEqual(sent);
  expect(send(result, { ...whole, secret: new Set(["list"]), findParts: () => [] }).toJavaScript()).toEqual(sent);
});

describe("a value with a secret part", () => {
  const account = z.object({ user: z.string(), password: z.string().meta({ secret: true }) });
  const described = { inputs: z.object({ account }), outputs: z.object({ account, notes: z.array(z.string()) }) };

  test("keeps its other parts plain", () => {
    const received = receive(
      Struct.fromJavaScript({ account: { user: "bob", password: secret("s3cret") } }),
      described,
    );
    expect([[...received.secret], [...received.texts]]).toEqual([["account"], ["s3cret"]]);
    // A part that repeats the secret is one too.
    const sent = send({ account: { user: "s3cret", password: "n3w" } }, received).toJavaScript();
    expect(sent).toEqual({ account: { user: secret("s3cret"), password: secret("n3w") } });
    expect(send(received.values, received).toJavaScript()).toEqual({
      account: { user: "bob", password: secret("s3cret") },
    });
  });

  test("is secret as a whole if it changed and only the program marks the part", () => {
    const received = receive(Struct.fromJavaScript({ notes: ["open", secret("closed")] }), described);
    expect(send(received.values, received).toJavaScript()).toEqual({ notes: ["open", secret("closed")] });
    expect(send({ notes: ["closed", "open"] }, received).toJavaScript()).toEqual({
      notes: { ...secret(""), value: ["closed", "open"] },
    });
  });

  test("hides a part if one option of a union says so", () => {
    const value = z.union([z.object({ a: z.string() }), account]);
    const union = { inputs: z.object({ value }), outputs: z.object({ value }) };
    const received = receive(Struct.fromJavaScript({ value: { user: "bob", password: "s3cret" } }), union);
    expect(send(received.values, received).toJavaScript()).toEqual({
      value: { user: "bob", password: secret("s3cret") },
    });
  });

  test("is secret as a whole if the program marks the whole value", () => {
    const whole = { ...secret(""), value: { user: "bob", password: "s3cret" } };
    const received = receive(Struct.fromJavaScript({ account: whole }), described);
    expect(send(received.values, received).toJavaScript()).toEqual({ account: whole });
  });
});

test("refuses assets and archives, and says what to pass", () => {
  const file = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "contents" };
  expect(() => receive(Struct.fromJavaScript({ logo: [file] }))).toThrow(
    "The value of logo is an asset or an archive, which this provider does not support. Pass the contents as a text",
  );
});

test("returns no values for an absent message", () => {
  expect(receive(undefined).values).toEqual({});
});

test("replaces a lone surrogate, which no message can contain", () => {
  const sent = send({ name: "acme\uD83D", list: ["\uDE00"], map: { "\uD83D": "😀" } });
  const read = Struct.deserializeBinary(sent.serializeBinary()).toJavaScript();
  expect(read).toEqual({ name: "acme\u{FFFD}", list: ["\u{FFFD}"], map: { "\u{FFFD}": "😀" } });
});

test("rejects too many levels of nesting, and names the property", () => {
  let deep: JavaScriptValue = "bottom";
  for (let level = 0; level < 40; level += 1) deep = [{ deep }];
  const struct = Struct.fromJavaScript({ name: "acme", notes: deep });
  const said = "The value of notes cannot be read: it is nested more than 64 levels deep.";
  expect(() => receive(struct)).toThrow(said);
  expect(() => receiveInputs(struct, { confidential: () => [] })).toThrow(said);
});

test("leaves out undefined properties", () => {
  expect(send({ name: "acme", tier: undefined }).toJavaScript()).toEqual({ name: "acme" });
});
