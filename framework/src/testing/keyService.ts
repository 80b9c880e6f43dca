import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** A service that encrypts the keys of stacks. */
export interface KeyService {
  /** The value of `--secrets-provider`. */
  readonly provider: string;
  /** The variables with which Pulumi finds the service. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const asked = z.object({ plaintext: z.string().optional(), ciphertext: z.string().optional() });

/**
 * Starts a service with the interface of Vault's transit engine. Pulumi encrypts secrets with the key of a stack, and the service returns this
 * key as it is. With a passphrase, each command would derive the key in a million rounds, a quarter of its CPU time.
 */
export async function startKeyService(): Promise<KeyService> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { plaintext, ciphertext } = asked.parse(JSON.parse(body));
      response.end(JSON.stringify({ data: { plaintext: ciphertext, ciphertext: plaintext } }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the key service has no port");
  return {
    provider: "hashivault://tests",
    environment: { VAULT_SERVER_URL: `http://127.0.0.1:${address.port}`, VAULT_SERVER_TOKEN: "a token for tests" },
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
