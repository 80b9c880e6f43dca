/**
 * This process's environment without the settings of somebody's own Pulumi and Peridio, and without proxies: everything
 * that is measured is on this machine.
 */
export function neutralEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(PULUMI|PERIDIO)_|_proxy$/i.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
