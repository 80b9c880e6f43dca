import { acme, Client } from "../client";

/** acme-dev of ada@acme.example with bob (admin), carl (manager) and eve (viewer), who asked dora in, on this surface. */
export async function stage() {
  const { emulator, ada } = await acme();
  emulator.control.addUser("bob@acme.example", { name: "Bob", username: "bob" });
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  emulator.control.addMember("carl@acme.example", "acme-dev", "manager");
  emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  await emulator.control.invite("dora@acme.example", "acme-dev", "developer", { as: "bob@acme.example" });
  const organization = emulator.control.organization("acme-dev");
  const [invitation] = organization.invitations;
  if (invitation === undefined) throw new Error("Nobody is invited.");
  const org = `/api/orgs/${organization.id}`;

  const userId = (email: string) => {
    const user = Object.values(emulator.state.users).find((candidate) => candidate.email === email);
    if (user === undefined) throw new Error(`There is no user ${email}.`);
    return user.id;
  };
  const member = (email: string) => `${org}/members/${userId(email)}`;
  const role = (email: string) => `${member(email)}/role`;
  /** What the store holds as the person's role, which this API does not tell. */
  const stored = (email: string) => organization.members.find(({ user_id }) => user_id === userId(email))?.role;
  const places: Readonly<Record<string, string>> = {
    org,
    bob: member("bob@acme.example"),
    eve: member("eve@acme.example"),
    dora: `${org}/invitations/${invitation.id}`,
  };
  /** The path of a template such as `{org}/members`. */
  const path = (template: string) => template.replace(/\{(\w+)\}/, (_, name: string) => places[name] ?? name);
  const as = (email: string) => new Client(emulator, emulator.control.addApiKey(email));
  return { emulator, organization, ada, as, org, member, role, stored, path, invitation: path("{dora}") };
}
