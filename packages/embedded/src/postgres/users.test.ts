import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { platformBinaries } from "../binaries/platform-binaries.ts";
import { reachableBinaries } from "../binaries/reachable-binaries.ts";
import { dataHome } from "../data-home.ts";
import { type Clone, makeClone } from "../testing/clone-for-tests.ts";
import { query } from "../testing/query-for-tests.ts";
import { canEnter, isRoot, nobody } from "./server-user.ts";
import { startPostgres } from "./start-postgres.ts";

const START = (dataDir: string) => `
  import { startPostgres } from "../index.ts";
  const tell = (message) => console.log(JSON.stringify(message));
  try {
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    tell(url);
  } catch (error) {
    tell(error.message);
  }
`;

describe("PostgreSQL by whoever starts it", () => {
  let temporary: string;

  beforeEach(() => {
    temporary = realpathSync(mkdtempSync(join(tmpdir(), "users-")));
    chmodSync(temporary, 0o755);
  });
  afterEach(() => rmSync(temporary, { recursive: true }));

  it("runs as a user who is not root, whose data are closed to others", async () => {
    const postgres = await startPostgres({ dataDir: join(temporary, "data") });
    const { uid, mode } = statSync(join(temporary, "data", "cluster", "PG_VERSION"));
    expect(uid).toBe(isRoot() ? nobody().uid : process.getuid?.());
    expect(mode & 0o077).toBe(0);
    await postgres.close();
  });

  if (isRoot()) {
    describe("root with a clone that is closed to nobody", () => {
      it("keeps the data where dataHome says", async () => {
        const clone = join(temporary, "clone");
        mkdirSync(clone, 0o700);
        const home = dataHome(clone);
        for (const round of ["made", "found again"]) {
          const postgres = await startPostgres({ dataDir: join(home, "postgres") });
          if (round === "made") await query(postgres.url, "CREATE TABLE kept ()");
          expect(await query(postgres.url, "SELECT FROM kept")).toEqual([]);
          await postgres.close();
        }
        expect(readdirSync(clone)).toEqual([]);
        rmSync(home, { recursive: true });
      });

      it("copies the binaries to where they can be run, whole, once, however many ask", async () => {
        const [closed, elsewhere] = [join(temporary, "closed"), join(temporary, "lib")];
        mkdirSync(closed, 0o700);
        cpSync(platformBinaries().folder, join(closed, "native"), { recursive: true, verbatimSymlinks: true });
        chmodSync(join(closed, "native", "lib"), 0o700); // as under a strict umask
        const umask = process.umask(0o077);
        const ask = () => reachableBinaries({ folder: join(closed, "native"), name: "build" }, nobody(), elsewhere);
        const copy = join(elsewhere, "ringfence-postgres-build");
        expect(await Promise.all([ask(), ask()])).toEqual([copy, copy]);
        process.umask(umask);
        const { mtimeMs } = statSync(elsewhere);
        expect(await ask()).toBe(copy);
        expect(statSync(elsewhere).mtimeMs).toBe(mtimeMs); // nothing was made there, not even for a while
        expect(readdirSync(elsewhere)).toEqual(["ringfence-postgres-build"]);
      });

      it("is told so when it wants the data in there all the same", async () => {
        const clone = join(temporary, "clone");
        mkdirSync(clone, 0o700);
        await expect(startPostgres({ dataDir: join(clone, "data") })).rejects.toThrow(/DATABASE_URL.*cannot enter/s);
      });
    });

    it("makes folders that the server's user can pass, under a strict umask too", async () => {
      const before = process.umask(0o077);
      try {
        const postgres = await startPostgres({ dataDir: join(temporary, "one", "two", "data") });
        await postgres.close();
      } finally {
        process.umask(before);
      }
    });
  }

  if (isRoot() && canEnter(nobody(), dirname(process.execPath))) {
    describe("another user than root", () => {
      let clone: Clone;
      beforeAll(() => {
        clone = makeClone({ copyBinaries: true }); // where they are installed may be closed to it
        chmodSync(clone.dir, 0o777);
      });
      afterAll(() => clone.remove());

      it("just runs it, and root can go on with the data and hand them back", async () => {
        const dataDir = join(clone.dir, "data");
        const user = { uid: 1, gid: 1 }; // daemon, on Linux and macOS
        for (const who of [user, {}, user]) {
          const program = await clone.run(START(dataDir), who);
          expect(await program.next()).toMatch(/^postgres:/);
          await program.kill("SIGKILL");
          expect(statSync(dataDir).uid).toBe(user.uid);
        }
      });

      it("is told so when the data are somebody else's", async () => {
        const dataDir = join(clone.dir, "roots");
        mkdirSync(dataDir, 0o755);
        const program = await clone.run(START(dataDir), nobody());
        expect(await program.next()).toMatch(/DATABASE_URL.*belong to another user/s);
        expect(existsSync(join(dataDir, "cluster"))).toBe(false);
      });

      it("is told so when it has no entry in the list of users", async () => {
        const program = await clone.run(START(join(clone.dir, "nameless")), { uid: 54_321, gid: 54_321 });
        expect(await program.next()).toMatch(/DATABASE_URL.*uid 54321/s);
      });
    });
  }
});
