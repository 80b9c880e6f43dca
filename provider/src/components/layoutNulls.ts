import { isRecord, present, type Values } from "#framework";

/**
 * What a program says, without the properties that are null: to Pulumi they are absent. A null under a name that the program
 * gives stays, for the reader of layouts to judge: an organization may be without settings, a person not without a role.
 */
export function withoutNulls(said: Values): Values {
  const { organizations, defaults, people, ...rest } = said;
  return present({
    ...rest,
    organizations: each(organizations, settings),
    defaults: settings(defaults),
    people: each(people, (places) => each(places, (place) => (isRecord(place) ? present(place) : place))),
  });
}

function settings(value: unknown): unknown {
  return isRecord(value) ? each(present(value), settings) : value;
}

function each(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}
