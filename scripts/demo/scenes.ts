import type { Demo, Scene } from "./demo";
import { listChanges } from "./output";

const rosters = {
  "acme-dev": ["ada: admin", "bob: admin (invited)", "carl: developer (invited)", "dora: developer (invited)"],
  "acme-staging": ["ada: admin", "bob: manager (invited)", "carl: developer (invited)", "dora: viewer (invited)"],
  "acme-production": ["ada: admin", "bob: developer (invited)", "carl: viewer (invited)"],
};
const production = "acme-production";

/** The main use, from creation to deletion. */
export const scenes: readonly Scene[] = [
  {
    title: "Preview the changes",
    why: "A preview shows the changes that `pulumi up` would make. It changes nothing.",
    async play(demo) {
      const { text } = await demo.run("pulumi preview");
      demo.verify(
        "three organizations, three policies and eleven memberships would be created",
        true,
        // The stack is one more resource.
        text.includes("+ 18 to create"),
      );
      demo.verify("no write request was sent", [], demo.stage.listWrites());
    },
  },
  {
    title: "Apply the changes",
    why: "`pulumi up` creates the organizations and their security policies. It invites all people except Ada, the user of the API key.",
    async play(demo) {
      await demo.run("pulumi up --yes --skip-preview");
      const organizations = Object.fromEntries(
        demo.stage.listOrganizations().map((name) => [name, listPeople(demo, name)]),
      );
      demo.verify("Peridio has the three organizations, with the declared role of each person", rosters, organizations);
      demo.verify("production requires a second factor", true, demo.stage.requiresTwoFactor(production));
    },
  },
  {
    title: "Wait for acceptance without changes",
    why: "A membership starts as an invitation and becomes active when the person accepts. Pulumi then shows no change.",
    async play(demo) {
      await demo.run("pulumi preview --expect-no-changes");
      demo.verify("the preview is empty with eight pending invitations", 8, countInvitations(demo));
      for (const name of ["Bob", "Carl"]) {
        const email = `${name.toLowerCase()}@acme.example`;
        await demo.changeOutsidePulumi(`${name} accepts the invitation to production`, "accept", {
          email,
          organization: production,
        });
      }
      await demo.run("pulumi preview --expect-no-changes");
      demo.verify("the preview is empty after two have accepted", 6, countInvitations(demo));
    },
  },
  {
    title: "Detect changes made outside Pulumi",
    why: "In Peridio's console, Carl becomes an admin of production, and the required second factor of production is turned off. A refresh shows both changes.",
    async play(demo) {
      await demo.changeOutsidePulumi("Carl becomes an admin of production", "set-role", {
        email: "carl@acme.example",
        organization: production,
        role: "admin",
      });
      await demo.changeOutsidePulumi("production stops requiring a second factor", "update-security-settings", {
        organization: production,
        two_factor_required: false,
      });
      await demo.run("pulumi refresh --preview-only --diff");
      demo.verify(
        "the refresh shows both changes and no others",
        [
          `Membership production/carl@acme.example: role viewer → admin`,
          `SecurityPolicy production: requireTwoFactor true → false`,
        ],
        listChanges(await demo.ask("pulumi refresh --preview-only --json")),
      );
    },
  },
  {
    title: "Repair the drift",
    why: "`pulumi up` compares the program with the last known state. With `--refresh`, it reads the live organization first and repairs drift.",
    async play(demo) {
      demo.stage.forgetRequests();
      await demo.run("pulumi up --refresh --yes --skip-preview");
      demo.verify("Carl is a viewer again", "carl: viewer", findPerson(demo, production, "carl"));
      demo.verify("production requires a second factor again", true, demo.stage.requiresTwoFactor(production));
      demo.verify(
        "each repair was one write",
        ['PATCH update-a-member {"role":"viewer"}', 'PATCH update-security-settings {"two_factor_required":true}'],
        demo.stage.listWrites().sort(),
      );
    },
  },
  {
    title: "Change a role",
    why: "In the program, Bob becomes a manager of production. A colleague can review the preview.",
    async play(demo) {
      demo.edit('production: "developer"', 'production: "manager"');
      await demo.run("pulumi preview --diff");
      demo.verify(
        "the preview shows one update, not a removal with an invitation",
        ["Membership production/bob@acme.example: role developer → manager"],
        listChanges(await demo.ask("pulumi preview --json")),
      );
      demo.stage.forgetRequests();
      await demo.run("pulumi up --yes --skip-preview");
      demo.verify(
        "the only write was one PATCH",
        ['PATCH update-a-member {"role":"manager"}'],
        demo.stage.listWrites(),
      );
      demo.verify("Bob is a manager", "bob: manager", findPerson(demo, production, "bob"));
    },
  },
  {
    title: "Prevent an accidental destroy",
    why: "The deletion of an organization is final, so the program protects all three. The destroy stops at its preview, before it removes a person.",
    async play(demo) {
      demo.stage.forgetRequests();
      const before = listAllPeople(demo);
      const { text } = await demo.run("pulumi destroy --yes", "fails");
      demo.verify(
        "`pulumi destroy` refuses because the organizations are protected",
        true,
        text.includes("because it is protected"),
      );
      demo.verify("no write request was sent", [], demo.stage.listWrites());
      demo.verify("all people are still there", before, listAllPeople(demo));
    },
  },
  {
    title: "Prevent the deletion of an organization in use",
    why:
      "Peridio does not delete an organization that has devices. Before the provider removes a person, " +
      "it asks Peridio if the organization can be deleted. So this destroy changes nothing in production.",
    async play(demo) {
      const before = listPeople(demo, production);
      await demo.changeOutsidePulumi("production has a device", "set-belongings", {
        organization: production,
        devices: 1,
      });
      await demo.run("pulumi state unprotect --all --yes");
      const { text } = await demo.run("pulumi destroy --yes --skip-preview", "fails");
      demo.verify(
        "the error names the organization, and the one device",
        true,
        text.includes("Organization acme-production, but Peridio cannot delete it: devices: 1 "),
      );
      demo.verify("all people are still in production", before, listPeople(demo, production));
      demo.verify("production still requires a second factor", true, demo.stage.requiresTwoFactor(production));
    },
  },
  {
    title: "Prevent the deletion of an organization with people",
    why: "Without the device, Bob and Carl are still members of production. Their removal needs the option `forceDestroy`.",
    async play(demo) {
      const before = listPeople(demo, production);
      await demo.changeOutsidePulumi("production has no device", "set-belongings", {
        organization: production,
        devices: 0,
      });
      const { text } = await demo.run("pulumi destroy --yes --skip-preview", "fails");
      demo.verify(
        "the error names the two members, and the option",
        true,
        /cannot delete it: other_users: 2 .*bob@acme\.example, carl@acme\.example.*`forceDestroy: true`/s.test(text),
      );
      demo.verify("all people are still in production", before, listPeople(demo, production));
    },
  },
  {
    title: "Destroy",
    why: "With `forceDestroy`, the deletion of an organization removes its members too.",
    async play(demo) {
      demo.edit('contactEmail: "platform@acme.example",', 'contactEmail: "platform@acme.example", forceDestroy: true,');
      await demo.run("pulumi up --yes --skip-preview");
      await demo.run("pulumi state unprotect --all --yes");
      await demo.run("pulumi destroy --yes --skip-preview");
      demo.verify("no organization is left", [], demo.stage.listOrganizations());
    },
  },
];

/** Returns the roster of an organization, without the common domain of the addresses. */
function listPeople({ stage }: Demo, organization: string): string[] {
  return stage.readPeople(organization).map((person) => person.replace("@acme.example", ""));
}

/** Returns the person with a local part of an address, with the role. */
function findPerson(demo: Demo, organization: string, name: string): string | undefined {
  return listPeople(demo, organization).find((person) => person.startsWith(`${name}:`));
}

function listAllPeople(demo: Demo): string[] {
  return demo.stage.listOrganizations().flatMap((organization) => listPeople(demo, organization));
}

function countInvitations(demo: Demo): number {
  return listAllPeople(demo).filter((person) => person.endsWith("(invited)")).length;
}
