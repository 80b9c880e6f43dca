import { Provider, connect, logTo, FakeClock } from "#framework/testing";
import { providerIn } from "../../../src/provider";
import type { Launch } from "../../support/engine";
import { Connection, type Handle } from "./connection";

/**
 * Starts providers in this process, without sockets to Peridio. A simulation then runs a hundred operations a second, and does not depend
 * on the speed of the machine. Waiting for a retry takes no time. The variable TESTED_OPERATION names the operation of several providers,
 * which then share facts about the program. `observe` receives all messages, with details for debugging.
 */
export function inProcess(handle: Handle, observe?: (text: string) => void): Launch {
  return (_target, environment, tell) => {
    const connection = new Connection(handle);
    const dependencies = { clock: new FakeClock(), random: () => 0.5, dispatcher: connection.dispatcher };
    const log = logTo(tell, observe);
    const plugin = connect(new Provider(providerIn(dependencies), environment, environment.TESTED_OPERATION, log));
    const end = () => {
      plugin.end();
      connection.close();
    };
    return Promise.resolve({ ...plugin, end });
  };
}
