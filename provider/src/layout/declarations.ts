import { isRecord, type Path, type Source } from "#framework";
import { formatPath } from "#framework/messages";
import { createMistake, formatElsewhere, type Mistake, type ParsedDocument } from "#framework/documents";
import { canonicalizeEmail } from "../api";

/** The smallest part of a layout that a file can contain: a setting, a group, a project, or the role of a person in an organization. */
export interface LayoutDeclaration {
  readonly document: ParsedDocument;
  readonly path: Path;
  readonly value: unknown;
}

/** The declarations of an organization. Their values may be invalid. */
export interface OrganizationDeclarations {
  readonly name: string;
  /** The first document that declares the organization. */
  readonly document: ParsedDocument;
  /** The declarations by setting, such as `security.sessionTimeout`: the organization's own, otherwise the default. */
  readonly settings: ReadonlyMap<string, LayoutDeclaration>;
  /** The declarations of groups and projects. */
  readonly objects: readonly LayoutDeclaration[];
}

/** The declarations of all documents, each once. */
interface Merged {
  readonly declarations: readonly LayoutDeclaration[];
  readonly mistakes: readonly Mistake[];
}

/** Merges documents. A repeated declaration is a mistake even if the values are equal, because a later change of the second one would have no effect. */
export function mergeDocuments(documents: readonly ParsedDocument[]): Merged {
  const merged = new Map<string, LayoutDeclaration>();
  const mistakes: Mistake[] = [];
  for (const document of documents) {
    for (const declaration of listDeclarations(document, [], document.value)) {
      const key = formatKey(declaration.path);
      const first = merged.get(key);
      if (first === undefined) merged.set(key, declaration);
      else if (first.document !== document) {
        const where = formatElsewhere(first.document.locate(first.path, "key"));
        mistakes.push(
          createMistake(document, declaration.path, `is already declared${where}: keep one of the two`, "key"),
        );
      }
    }
  }
  return { declarations: [...merged.values()], mistakes };
}

/** Describes a group, a project, or the part to which `below` leads: at most a list, because a resource sorts its entries. */
export function describePart({ document, path }: LayoutDeclaration, below: Path): Source {
  const index = below.findIndex((step) => typeof step === "number");
  const part = [...path, ...(index === -1 ? below : below.slice(0, index))];
  return { input: formatPath(part), location: document.locate(part, "key") };
}

/** Describes a declaration for messages about an organization. For a setting of a section, describes the section. */
export function describeDeclaration({ document, path }: LayoutDeclaration, organization: string): Source {
  const isDefault = path[0] === "defaults";
  const section = path[0] === "people" ? path : path.slice(0, isDefault ? 2 : 3);
  return {
    input: formatPath(section),
    subject: isDefault ? organization : undefined,
    location: document.locate(section, "key"),
  };
}

/** Returns the text that equal paths share. The case of a person's address makes no difference. */
function formatKey([top, second, ...rest]: Path): string {
  return formatPath([top ?? "", top === "people" ? canonicalizeEmail(String(second)) : (second ?? ""), ...rest]);
}

/** The keys of an organization whose values have settings of their resource. */
export const sections = ["roster", "security", "tunnels", "billing"] as const;
const isSection = (key: unknown) => sections.some((section) => section === key);
/** The keys of an organization whose entries are groups and projects. */
const objectKeys = ["groups", "projects"];

/** Reports whether this is the declaration of a group or project of an organization. */
export function isObject({ path: [top, , key] }: LayoutDeclaration): boolean {
  return top === "organizations" && objectKeys.includes(String(key));
}

function listDeclarations(document: ParsedDocument, path: Path, value: unknown): readonly LayoutDeclaration[] {
  if (isRecord(value) && isDivisible(path)) {
    return Object.entries(value).flatMap(([step, inner]) => listDeclarations(document, [...path, step], inner));
  }
  if (path.length < 2) return [];
  if (value !== null) return [{ document, path, value }];
  return isGroup(path) ? [{ document, path, value: {} }] : [];
}

/** Reports whether this is the path of a group of an organization, which needs no properties. */
function isGroup([top, , key, ...rest]: Path): boolean {
  return top === "organizations" && key === "groups" && rest.length === 1;
}

/** Reports whether several files may each declare a part of the value at this path. */
function isDivisible([top, second, third, ...rest]: Path): boolean {
  if (rest.length > 0) return false;
  if (top === "organizations") return third === undefined || isSection(third) || objectKeys.includes(String(third));
  if (third !== undefined) return false;
  if (top === "defaults") return second === undefined || isSection(second);
  return second === undefined || top === "people";
}
