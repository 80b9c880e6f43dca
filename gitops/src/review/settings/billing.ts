import type { PaymentMethod, Unknown, UsageAlert } from "../../../../provider/src/api";
import type { Setting } from "./setting";

const methods = new Map<string, string>([
  ["invoice", "on invoice"],
  ["credit_card", "by credit card"],
]);

export const paymentMethod: Setting<PaymentMethod | Unknown | null> = {
  label: "Payment method",
  same: (before, after) => before === after,
  show: (method) => (method === null ? "none" : (methods.get(method) ?? method)),
  risks: () => ["changesBilling"],
};

export const usageAlerts: Setting<readonly UsageAlert[]> = {
  label: "Usage alerts",
  same: (before, after) => usageAlerts.show(before) === usageAlerts.show(after),
  show: (alerts) => (alerts.length === 0 ? "none" : alerts.map(alert).sort().join(", ")),
  risks: () => ["changesBilling"],
};

function alert({ resourceType, thresholdPercent }: UsageAlert): string {
  return `${resourceType.replaceAll("_", " ")} at ${thresholdPercent} %`;
}
