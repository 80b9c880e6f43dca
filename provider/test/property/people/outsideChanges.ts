import { ControlError, type Emulator, type Role, type SecuritySettings } from "#emulator";
import type { OutsideChange } from "../harness/outsideChange";
import { describeDeclared } from "../harness/resource";
import { fullName, type OrganizationName } from "./declarations";
import { type Blocker, listSeated, type Observed, takeSnapshot } from "./observed";
import { address } from "../harness/addresses";
import { caller } from "./people";

/** A change in an organization. */
export interface PeopleChange {
  readonly text: string;
  readonly apply: (target: Target) => unknown;
}

interface Target {
  readonly control: Emulator["control"];
  readonly organization: string;
  readonly observed: Observed;
}

export function inOrganization(name: OrganizationName, { text, apply }: PeopleChange): OutsideChange {
  return {
    text: `${text} in ${name}`,
    apply: (emulator) => {
      const observed = takeSnapshot(emulator).get(name);
      if (observed === undefined) throw new ControlError(404, `${name} does not exist`);
      return apply({ control: emulator.control, organization: fullName(name), observed });
    },
  };
}

function change(text: string, apply: PeopleChange["apply"]): PeopleChange {
  return { text, apply };
}

/** A change that takes only the address of a person and the organization. */
function changePerson(
  text: string,
  method: "accept" | "leave" | "removeMember" | "revoke" | "transferOwnership",
): (name: string) => PeopleChange {
  return (name) =>
    change(`${name} ${text}`, ({ control, organization }) => control[method](address(name), organization));
}

/** Changes of one person. */
export const personChanges = {
  accept: changePerson("accepts", "accept"),
  leave: changePerson("leaves", "leave"),
  remove: changePerson("is removed", "removeMember"),
  /** No API shows whether an invitation was revoked or declined. */
  revoke: changePerson("declines, or the invitation is revoked", "revoke"),
  changeAddress: (name: string) =>
    change(`${name}'s account gets the address former-${name}`, ({ control }) => {
      control.changeEmail(address(name), address(`former-${name}`));
    }),
  takeOwnership: changePerson("becomes the owner", "transferOwnership"),
  /** With Avocado Connect, the present owners stay owners. The Admin API shows an admin. */
  grantOwnership: (name: string) =>
    change(`${name} becomes an owner`, ({ control, organization }) =>
      control.setRole(address(name), organization, "owner"),
    ),
};

/** Changes that give a role to a person. */
export const roleChanges = {
  add: (name: string, role: Role) =>
    change(`add ${name} as ${role}`, ({ control, organization }) => {
      control.addMember(address(name), organization, role);
    }),
  setRole: (name: string, role: Role) =>
    change(`${name} becomes ${role}`, ({ control, organization }) =>
      control.setRole(address(name), organization, role),
    ),
  replaceUser: (name: string, role: Role) =>
    change(
      `${name}'s account gets the address former-${name}, and a different user is ${role} as ${name}`,
      ({ control, organization }) => {
        control.changeEmail(address(name), address(`former-${name}`));
        control.addMember(address(name), organization, role);
      },
    ),
  inviteAsCaller: (name: string, role: Role) =>
    change(`${caller} invites ${name} as ${role}`, ({ control, organization }) =>
      control.invite(address(name), organization, role, { as: address(caller) }),
    ),
  inviteAsOther: (name: string, role: Role) =>
    change(`invite ${name} as ${role}`, ({ control, organization }) =>
      control.invite(address(name), organization, role),
    ),
};

export const acceptAll = change("everyone accepts", ({ control, organization, observed }) => {
  const pending = observed.invitations.filter(({ status }) => status === "pending");
  if (pending.length === 0) throw new ControlError(409, "no invitation is pending");
  for (const { name } of pending) control.accept(address(name), organization);
});

export function setFreeSeats(count: number): PeopleChange {
  return change(`${count} free seats`, ({ control, organization, observed }) => {
    control.setLimits(organization, { users: listSeated(observed).length + count });
  });
}

/** Adds or removes objects that block the deletion of an organization. */
export function setBlocker(blocker: Blocker, count: number): PeopleChange {
  return change(`${count} ${blocker.replace("_", " ")}`, ({ control, organization }) => {
    control.setBelongings(organization, { [blocker]: count });
  });
}

export function setSecurity(settings: Partial<SecuritySettings>): PeopleChange {
  return change(`security settings ${describeDeclared(settings)}`, ({ control, organization }) =>
    control.updateSecuritySettings(organization, settings),
  );
}
