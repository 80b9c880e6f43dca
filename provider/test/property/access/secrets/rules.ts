import { isRecord } from "#framework";
import { type Engine, type Kept, secret } from "../../../support/engine";
import type { Write } from "../../harness/proxy";
import { secretNames, secretTypes } from "./kinds";
import { type SecretDeclarations } from "./declarations";
import type { SecretObjects } from "./observed";

/** The objects with a secret at one moment. */
interface Moment {
  readonly secrets: SecretObjects;
}

/** A resource in state, with its name. */
type Entry = readonly [string, Kept];

/** An `up`, as the rules see it. */
export interface SecretRun {
  readonly past: Moment;
  readonly present: Moment;
  /** Undefined if the state lacked a change. */
  readonly expected: Moment | undefined;
  readonly writes: readonly Write<Moment>[];
  readonly declared: SecretDeclarations;
  /** The state before, by resource name. */
  readonly entries: readonly Entry[];
  /** The replaced entries that the engine still deletes. */
  readonly doomed: readonly Entry[];
  readonly engine: Pick<Engine, "state" | "doomed">;
  /** Everything that the provider and the engine print. */
  readonly texts: readonly string[];
  readonly isKilled: boolean;
}

/** Returns the violated rules. */
export function checkSecrets(run: SecretRun): readonly string[] {
  return [
    ...findLostSecrets(run),
    ...findForgotten(run),
    ...findUnnamed(run),
    ...findGaps(run),
    ...findLeaks(run),
    ...findWrongDeletions(run),
  ];
}

function toUuid({ id }: Kept): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** The state holds the secret of each object in Peridio. */
function findLostSecrets({ present, engine: { state, doomed } }: SecretRun): readonly string[] {
  return [...state, ...doomed].flatMap(([name, kept]) => {
    const object = present.secrets.get(toUuid(kept));
    if (object === undefined) return [];
    const { token, secret: key } = kept.outputs;
    const isHeld = JSON.stringify(token ?? key) === JSON.stringify(secret(object.secret));
    return isHeld ? [] : [`the state does not hold the secret of ${name}`];
  });
}

/** The state keeps each object that it held while the object exists. */
function findForgotten({ present, entries, doomed, engine }: SecretRun): readonly string[] {
  const held = new Set([...engine.state, ...engine.doomed].map(([, kept]) => toUuid(kept)));
  return [...entries, ...doomed].flatMap(([name, kept]) => {
    const object = present.secrets.get(toUuid(kept));
    return object === undefined || held.has(toUuid(kept))
      ? []
      : [`the state has lost ${object.type} ${name}, which is valid`];
  });
}

/** A message names each new object whose secret is lost, unless the list cannot be read. */
function findUnnamed({ past, present, engine: { state, doomed }, texts, isKilled }: SecretRun): readonly string[] {
  if (isKilled) return [];
  const held = new Set([...state, ...doomed].map(([, kept]) => toUuid(kept)));
  return [...present.secrets].flatMap(([id, { type, name }]) => {
    if (past.secrets.has(id) || held.has(id)) return [];
    const isNamed = texts.some(
      (text) => text.includes(`(${id}), run `) || text.includes("The provider could not list"),
    );
    return isNamed ? [] : [`no message names ${type} ${name}, whose secret is lost`];
  });
}

/** While a declared object is replaced, the former object or a new one exists. The state holds one of them. */
function findGaps({ past, present, writes, declared, entries, engine }: SecretRun): readonly string[] {
  return secretNames.flatMap((name) => {
    const declaration = declared[name];
    const former = entries.flatMap(([other, kept]) => (other === name ? [toUuid(kept)] : []));
    if (declaration === undefined || !former.some((id) => past.secrets.has(id))) return [];
    const exists = ({ secrets }: Moment): boolean =>
      [...secrets].some(
        ([id, one]) =>
          former.includes(id) ||
          (!past.secrets.has(id) && one.type === secretTypes[name] && one.name === (declaration.name ?? "")),
      );
    const gap = writes.find(({ after }) => !exists(after));
    const held = [...engine.state, ...engine.doomed].filter(([other]) => other === name);
    const isHeld = held.some(([, kept]) => present.secrets.has(toUuid(kept)));
    return [
      ...(gap === undefined ? [] : [`no ${secretTypes[name]} ${name} exists after ${gap.method} ${gap.path}`]),
      ...(isHeld ? [] : [`the state holds no existing ${secretTypes[name]} ${name}`]),
    ];
  });
}

/** Secrets are in no text, and in the state only where Pulumi encrypts them. */
export function findLeaks({
  past,
  writes,
  engine: { state, doomed },
  texts,
}: Pick<SecretRun, "past" | "writes" | "engine" | "texts">): readonly string[] {
  const secrets = new Map([past, ...writes.map(({ after }) => after)].flatMap((moment) => [...moment.secrets]));
  const readable = [...texts, JSON.stringify([...state, ...doomed], (_, value: unknown) => withoutSecret(value))];
  return [...secrets.values()].flatMap(({ type, secret }) => {
    const text = readable.find((one) => one.includes(secret));
    return text === undefined ? [] : [`the secret of ${type} is readable: ${text}`];
  });
}

const closed = secret("");
/** The property that marks a secret value in the state. */
const [mark = ""] = isRecord(closed) ? Object.keys(closed) : [];

function withoutSecret(value: unknown): unknown {
  return isRecord(value) && mark in value ? null : value;
}

/** Only former objects that this run has replaced or no longer declares are deleted. */
function findWrongDeletions({ past, expected, writes, entries, doomed }: SecretRun): readonly string[] {
  const managed = new Set([...entries, ...doomed].map(([, kept]) => toUuid(kept)));
  const mayGo = (id: string): boolean =>
    past.secrets.has(id) && (expected === undefined ? managed.has(id) : !expected.secrets.has(id));
  return writes.flatMap(({ method, path, before, after }) =>
    [...before.secrets]
      .filter(([id]) => !after.secrets.has(id) && !mayGo(id))
      .map(([, { type, name }]) => `${method} ${path} deletes ${type} ${name}, which must stay`),
  );
}
