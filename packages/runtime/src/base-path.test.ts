import { basePathFault, OWN_PATHS } from "./base-path.ts";

test.each(["/dialer", "/tools/dialer", "/a-b_c.d~e", "/dialer.v1"])("%s can be a base path", (path) => {
  expect(basePathFault(path)).toBeNull();
});

test.each([
  ["dialer", /begin with \//],
  ["https://example.com/dialer", /begin with \//],
  ["/dialer/", /not end with \//],
  ["/", /not end with \//],
  ["//dialer", /letters, digits/],
  ["/a//b", /letters, digits/],
  ["/..", /letters, digits/],
  ["/a/./b", /letters, digits/],
  ["/a b", /letters, digits/],
  ["/a%20b", /letters, digits/],
  ['/"><script', /letters, digits/],
  ["/dialer?x", /letters, digits/],
  ["/ü", /letters, digits/],
  ...OWN_PATHS.map((own): [string, RegExp] => [`/${own}/dialer`, /a path of the API itself/]),
])("%s cannot be a base path", (path, fault) => {
  expect(basePathFault(path)).toMatch(fault);
});
