import { ControlError, type Emulator, type Role } from "#emulator";
import type { OutsideChange } from "../harness/outsideChange";
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

/** Changes of one person. */
export const personChanges = {
  accept: (name: string) =>
    change(`${name} accepts`, ({ control, organization }) => {
      control.accept(address(name), organization);
    }),
  leave: (name: string) =>
    change(`${name} leaves`, ({ control, organization }) => {
      control.leave(address(name), organization);
    }),
  remove: (name: string) =>
    change(`remove ${name}`, ({ control, organization }) => control.removeMember(address(name), organization)),
  revoke: (name: string) =>
    change(`revoke ${name}`, ({ control, organization }) => control.revoke(address(name), organization)),
  changeAddress: (name: string) =>
    change(`${name}'s account gets the address former-${name}`, ({ control }) => {
      control.changeEmail(address(name), address(`former-${name}`));
    }),
  takeOwnership: (name: string) =>
    change(`${name} becomes the owner`, ({ control, organization }) =>
      control.transferOwnership(address(name), organization),
    ),
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

export function requireTwoFactor(isRequired: boolean): PeopleChange {
  return change(`two factors ${isRequired ? "required" : "not required"}`, ({ control, organization }) =>
    control.updateSecuritySettings(organization, { two_factor_required: isRequired }),
  );
}

export function setSessionTimeout(seconds: number): PeopleChange {
  return change(`sessions end after ${seconds} s`, ({ control, organization }) =>
    control.updateSecuritySettings(organization, { session_timeout: seconds }),
  );
}
