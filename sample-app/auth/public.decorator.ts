import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'isPublic';

/** Lets everybody in: the shop's buyers have no account, and neither has PortOne. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
