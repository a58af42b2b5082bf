/**
 * @typedef {object} Guard One line of defence, and the test that fails without it.
 * @property {string} guard What it prevents, or is.
 * @property {string} file The file that it is in.
 * @property {string} find Its own text, as short as it can be and still be the only one in the file.
 * @property {string} replace What the file says without it.
 * @property {string} test The test file that notices.
 * @property {string} [name] Part of the names of its tests, as a regular expression; without it all of them are run.
 */

/**
 * Guards in one file that one test file watches: what each is, its text, the text without it, the names of its tests.
 * @type {(file: string, test: string, guards: string[][]) => Guard[]}
 */
export const inFile = (file, test, guards) =>
  guards.map(([guard = "", find = "", replace = "", name]) => ({
    guard,
    file,
    find,
    replace,
    test,
    ...(name && { name }),
  }));
