import { ControlError, type Emulator } from "#emulator";

/** A change outside Pulumi. */
export interface OutsideChange {
  readonly text: string;
  /** False if the next `up` needs no refresh to see everything. */
  readonly isDrift?: false;
  /** @throws ControlError if the emulator refuses the change */
  readonly apply: (emulator: Emulator) => unknown;
}

/** Applies a change. Returns false if Peridio does not allow it. */
export async function applyOutsideChange(emulator: Emulator, { apply }: OutsideChange): Promise<boolean> {
  try {
    await apply(emulator);
    return true;
  } catch (error) {
    if (error instanceof ControlError) return false;
    throw error;
  }
}
