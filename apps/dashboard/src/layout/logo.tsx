import { BASE_PATH } from "../base-path.ts";

/** The mark: a stop inside a ring. */
export const Logo = ({ size = 28 }: { size?: number }) => (
  <img src={`${BASE_PATH}/icon.svg`} width={size} height={size} alt="" />
);
