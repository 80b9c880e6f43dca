import type {
  ApiTokenDeclaration,
  ClaimTokenDeclaration,
  SecretDeclaration,
  SecretDeclarations,
  SecretName,
  WebhookDeclaration,
} from "./declarations";

/** Changes of declarations. A change applies to the resources that have the property. */
export const secretEdits = ["rotate", "rename", "change a setting", "remove the optional settings"] as const;
export type SecretEdit = (typeof secretEdits)[number];

export function editSecret(secrets: SecretDeclarations, name: SecretName, edit: SecretEdit): SecretDeclarations {
  const declared = secrets[name];
  return declared === undefined ? secrets : { ...secrets, [name]: change(declared, edit) };
}

function change(declared: SecretDeclaration, edit: SecretEdit): SecretDeclaration {
  switch (declared.type) {
    case "OrganizationApiToken":
      return changeApiToken(declared, edit);
    case "Webhook":
      return changeWebhook(declared, edit);
    case "ClaimToken":
      return changeClaimToken(declared, edit);
  }
}

function changeApiToken(declared: ApiTokenDeclaration, edit: SecretEdit): ApiTokenDeclaration {
  const { name, rotate = "0" } = declared;
  if (edit === "rename") return { ...declared, name: toggle(name) };
  return { ...declared, rotate: edit === "remove the optional settings" ? undefined : String(Number(rotate) + 1) };
}

function changeWebhook(declared: WebhookDeclaration, edit: SecretEdit): WebhookDeclaration {
  const { type, name, url, enabled = true } = declared;
  switch (edit) {
    case "rename":
      return { ...declared, name: toggle(name) };
    case "remove the optional settings":
      return { type, url };
    case "change a setting":
      return { ...declared, enabled: !enabled };
    case "rotate":
      return { ...declared, url: `${url}0` };
  }
}

/** Moves a claim token to the cohort or out of it, because that replaces the token. */
function changeClaimToken(declared: ClaimTokenDeclaration, edit: SecretEdit): ClaimTokenDeclaration {
  const { name, maxUses, isInCohort } = declared;
  switch (edit) {
    case "rename":
      return { ...declared, name: toggle(name) };
    case "remove the optional settings":
      return { ...declared, tags: undefined };
    case "change a setting":
      return { ...declared, maxUses: maxUses + 1 };
    case "rotate":
      return { ...declared, isInCohort: !isInCohort };
  }
}

function toggle(name: string | undefined): string {
  return name === "pipeline" ? "other" : "pipeline";
}
