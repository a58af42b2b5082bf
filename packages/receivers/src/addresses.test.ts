import { faultOf, isPublic } from "./addresses.ts";

test.each(["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) =>
  expect(isPublic(address)).toBe(true),
);

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "192.0.2.1",
  "198.18.0.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "fe80::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "2001:db8::1",
  "::7f00:1",
  "4000::1",
  "fe00::1",
])("%s is not public", (address) => expect(isPublic(address)).toBe(false));

test.each([
  "https://example.com/ringfence?token=x",
  "https://example.com:8443/",
  "https://1.1.1.1/",
  "https://[2606:4700:4700::1111]/",
])("a webhook may have the address %s", (url) => expect(faultOf(url, false)).toBeNull());

test.each<[string, RegExp]>([
  ["http://example.com/", /https/],
  ["ftp://example.com/", /https/],
  ["file:///etc/passwd", /https/],
  ["https://user:password@example.com/", /password/],
  ["https://user@example.com/", /user name/],
  ["https://example.com/#x", /fragment/],
  ["https://127.0.0.1/", /private/],
  ["https://0x7f.1/", /private/],
  ["https://2130706433/", /private/],
  ["https://[::1]/", /private/],
  ["https://[::ffff:10.0.0.1]/", /private/],
  ["https://[::127.0.0.1]/", /private/],
  ["https://169.254.169.254/latest/meta-data", /private/],
])("a webhook may not have the address %s", (url, fault) => expect(faultOf(url, false)).toMatch(fault));

test("http is allowed where private addresses are allowed", () => {
  for (const url of ["http://127.0.0.1:9000/", "https://10.0.0.1/"]) expect(faultOf(url, true)).toBeNull();
  expect(faultOf("ftp://127.0.0.1/", true)).toMatch(/https/);
});
