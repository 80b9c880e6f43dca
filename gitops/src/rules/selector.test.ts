import { createOrganization } from "./testing/acme";
import { organizations, people, selectsOrganization, selectsPerson } from "./selector";

describe("people", () => {
  const selects = (said: unknown, email: string) => selectsPerson(people.parse(said), email);

  test.each([
    ["ada@acme.example", true],
    ["ADA@Acme.Example", true],
    ["ada@acme.example.org", false],
    ["carl@partner.example", false],
  ])("*@acme.example selects %s: %s", (email, expected) => {
    expect(selects("*@acme.example", email)).toBe(expected);
    expect(selects({ except: "*@ACME.example" }, email)).toBe(!expected);
  });

  test("a dot and a plus match only themselves", () => {
    expect(selects("a.b+c@acme.example", "a.b+c@acme.example")).toBe(true);
    expect(selects("*@acme.example", "ada@acmeXexample")).toBe(false);
  });

  test("several patterns select people that match one of them, without the excepted ones", () => {
    const said = { like: ["*@acme.example", "carl@partner.example"], except: ["bot-*", "ada@*"] };
    expect(selects(said, "carl@partner.example")).toBe(true);
    expect(selects(said, "bob@acme.example")).toBe(true);
    expect(selects(said, "ada@acme.example")).toBe(false);
    expect(selects(said, "bot-1@acme.example")).toBe(false);
    expect(selects(said, "dora@partner.example")).toBe(false);
  });
});

describe("organizations", () => {
  const selects = (said: unknown, state: Parameters<typeof createOrganization>[0]) =>
    selectsOrganization(organizations.parse(said), createOrganization(state));

  test("are selected by name, in its exact case, or by PRN", () => {
    const production = { name: "acme-production", id: "prn:1:p" };
    expect(selects("*-production", production)).toBe("yes");
    expect(selects("*-Production", production)).toBe("no");
    expect(selects("prn:1:p", production)).toBe("yes");
    expect(selects({ except: "*-production" }, production)).toBe("no");
    expect(selects({ except: "prn:1:p" }, production)).toBe("no");
    expect(selects({ like: ["acme-*"], except: ["*-lab"] }, production)).toBe("yes");
  });

  test.each([
    ["*", "yes"],
    ["*-production", "perhaps"],
    ["prn:1:x", "yes"],
    ["prn:1:y", "no"],
    [["prn:1:y", "acme-dev"], "perhaps"],
    [{ except: "*-lab" }, "perhaps"],
    [{ except: "prn:1:x" }, "no"],
    [{ except: "prn:1:y" }, "yes"],
    [{ like: "acme-*", except: "prn:1:x" }, "no"],
  ])("with an unknown name are selected by %j: %s", (said, expected) => {
    expect(selects(said, { name: undefined, id: "prn:1:x" })).toBe(expected);
  });

  test("with an unknown name that are not created yet may be selected", () => {
    const unnamed = { name: undefined, id: undefined };
    expect(selects("*-production", unnamed)).toBe("perhaps");
    expect(selects("*", unnamed)).toBe("yes");
    expect(selects("prn:1:x", unnamed)).toBe("no");
    expect(selects("prn:*", { name: "acme-new", id: undefined })).toBe("perhaps");
    // The key of such an organization is a text of the review.
    expect(selects({ except: "*unnamed" }, unnamed)).toBe("perhaps");
  });

  test("with an unknown PRN may be selected by a PRN, although the name is known", () => {
    const adopted = { name: "acme-dev", id: undefined, hasUnknownId: true };
    expect(selects("prn:1:x", adopted)).toBe("perhaps");
    expect(selects({ except: "prn:1:x" }, adopted)).toBe("perhaps");
    expect(selects(["prn:1:x", "acme-*"], adopted)).toBe("yes");
    expect(selects("*-production", adopted)).toBe("no");
  });
});
