import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { version } from "../../../../package.json";
import { writeChecksums } from "#framework/build";
import { nameArchive, pipelineChecksums, type ProgramArchive } from "../../../../scripts/release/installation";

/** The text of each program in the archives. */
export type Programs = Readonly<Record<"peridio-gitops" | "pulumi-resource-peridio", string>>;

/** The response of the server in place of an archive. */
export type Fault = "other bytes" | "half of it, and an end" | "half of it, as if it were all" | "not found";

/** The page of releases, with the archives that pipelines install. */
export class ReleaseServer {
  /** The lines of TOOLS_SHA256SUMS. */
  readonly checksums: readonly string[];
  /** The archive that has a fault. */
  fault: readonly [archive: ProgramArchive, fault: Fault] | undefined;
  readonly #folder: string;
  readonly #server: Server;

  private constructor(
    folder: string,
    programs: Readonly<Record<"peridio-gitops" | "pulumi-resource-peridio", string>>,
  ) {
    const packed = join(folder, "packed");
    this.#folder = join(folder, "archives");
    for (const one of [packed, this.#folder]) mkdirSync(one, { recursive: true });
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(packed, name), text, { mode: 0o755 });
    const contents = [
      ["peridio-tools", "peridio-gitops"],
      ["pulumi-resource-peridio", "pulumi-resource-peridio"],
    ] as const;
    for (const [archive, program] of contents)
      execFileSync("tar", ["-czf", join(this.#folder, nameArchive(archive, "linux-amd64")), "-C", packed, program]);
    writeChecksums(this.#folder);
    this.checksums = pipelineChecksums(readFileSync(join(this.#folder, "SHA256SUMS"), "utf8"));
    this.#server = createServer(({ url }, response) => {
      const archive = contents.find(
        ([name]) => url === `/releases/download/v${version}/${nameArchive(name, "linux-amd64")}`,
      )?.[0];
      if (archive === undefined) response.writeHead(404).end("Not Found");
      else this.#send(archive, response);
    });
  }

  /** Serves archives with these programs, which it keeps in a folder. The caller must end the server. */
  static async begin(folder: string, programs: Programs): Promise<ReleaseServer> {
    const server = new ReleaseServer(folder, programs);
    await once(server.#server.listen(0, "127.0.0.1"), "listening");
    return server;
  }

  /** The value of TOOLS_RELEASES. */
  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/releases`;
  }

  /** The variables of a pipeline. */
  get variables(): Readonly<Record<string, string>> {
    return {
      TOOLS_RELEASES: this.url,
      TOOLS_VERSION: version,
      TOOLS_SHA256SUMS: this.checksums.map((line) => `${line}\n`).join(""),
    };
  }

  /** The edit that replaces the zeros in the pipeline of the example by the checksums. */
  get pin(): readonly [zeros: string, checksums: string] {
    const [first = "", second = ""] = this.checksums;
    const zeros = [first, second].map((line) => `        ${"0".repeat(64)}${line.slice(64)}\n`);
    return [zeros.join(""), `        ${first}\n        ${second}\n`];
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #send(archive: ProgramArchive, response: ServerResponse): void {
    const content = readFileSync(join(this.#folder, nameArchive(archive, "linux-amd64")));
    const half = content.subarray(0, content.length / 2);
    switch (this.fault?.[0] === archive ? this.fault[1] : undefined) {
      case undefined:
        response.end(content);
        return;
      case "other bytes":
        response.end(Buffer.concat([content, Buffer.from("\n")]));
        return;
      case "half of it, and an end":
        response.writeHead(200, { "content-length": content.length });
        response.write(half, () => response.destroy());
        return;
      case "half of it, as if it were all":
        response.end(half);
        return;
      case "not found":
        response.writeHead(404).end("Not Found");
    }
  }
}
