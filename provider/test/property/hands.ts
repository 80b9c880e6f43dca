import { ControlError, type Emulator } from "#emulator";
import { fullName, type OrganizationName } from "./declarations";
import type { Hand } from "./history";
import { address, caller } from "./people";
import { look, seated } from "./world";

/** Does something by hand. Returns what was done in words, or undefined if the rules or the circumstances forbid it. */
export async function byHand(
  emulator: Emulator,
  organization: OrganizationName,
  hand: Hand,
): Promise<string | undefined> {
  const inside = look(emulator).get(organization);
  if (inside === undefined) return undefined;
  try {
    if (hand.what === "accept" && hand.who === "everybody") {
      const pending = inside.invitations.filter(({ status }) => status === "pending");
      for (const { person } of pending) emulator.control.accept(address(person), fullName(organization));
      if (pending.length === 0) return undefined;
    } else await act(emulator, fullName(organization), hand, seated(inside).length);
  } catch (error) {
    if (error instanceof ControlError) return undefined;
    throw error;
  }
  return `${describeHand(hand)} in ${organization}`;
}

async function act({ control }: Emulator, organization: string, hand: Hand, seats: number): Promise<void> {
  switch (hand.what) {
    case "accept":
      control.accept(address(hand.who), organization);
      return;
    case "leave":
      control.leave(address(hand.who), organization);
      return;
    case "remove":
      await control.removeMember(address(hand.who), organization);
      return;
    case "revoke":
      await control.revoke(address(hand.who), organization);
      return;
    case "new address":
      control.changeEmail(address(hand.who), address(`former-${hand.who}`));
      return;
    case "another user":
      control.changeEmail(address(hand.who), address(`former-${hand.who}`));
      control.addMember(address(hand.who), organization, hand.role);
      return;
    case "take ownership":
      await control.transferOwnership(address(hand.who), organization);
      return;
    case "invite":
      await control.invite(
        address(hand.who),
        organization,
        hand.role,
        hand.by === "ada" ? { as: address(caller) } : {},
      );
      return;
    case "add":
      control.addMember(address(hand.who), organization, hand.role);
      return;
    case "set role":
      await control.setRole(address(hand.who), organization, hand.role);
      return;
    case "limit":
      control.setLimits(organization, { users: seats + hand.free });
      return;
    case "belongings":
      control.setBelongings(organization, { [hand.which]: hand.count });
      return;
    case "two factors":
      await control.updateSecuritySettings(organization, { two_factor_required: hand.required });
      return;
    case "session timeout":
      await control.updateSecuritySettings(organization, { session_timeout: hand.seconds });
  }
}

export function describeHand(hand: Hand): string {
  switch (hand.what) {
    case "accept":
      return `${hand.who} accepts`;
    case "leave":
      return `${hand.who} leaves`;
    case "new address":
      return `${hand.who}'s account gets the address former-${hand.who}`;
    case "another user":
      return `${hand.who}'s account gets the address former-${hand.who}, and another user is ${hand.role} as ${hand.who}`;
    case "take ownership":
      return `${hand.who} becomes the owner`;
    case "remove":
    case "revoke":
      return `${hand.what} ${hand.who}`;
    case "invite":
      return `${hand.by} invites ${hand.who} as ${hand.role}`;
    case "add":
      return `add ${hand.who} as ${hand.role}`;
    case "set role":
      return `${hand.who} becomes ${hand.role}`;
    case "limit":
      return `room for ${hand.free} more`;
    case "belongings":
      return `${hand.count} ${hand.which.replace("_", " ")}`;
    case "two factors":
      return `two factors ${hand.required ? "required" : "not required"}`;
    case "session timeout":
      return `sessions end after ${hand.seconds} s`;
  }
}
