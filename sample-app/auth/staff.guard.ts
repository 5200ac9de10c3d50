import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';

import { IS_PUBLIC } from './public.decorator.js';

/** Every route is for the shop's staff, who send `x-staff-key`, unless it is `@Public()`. */
@Injectable()
export class StaffGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: ConfigService,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (headers['x-staff-key'] === this.config.get('STAFF_KEY', 'staff')) return true;
    throw new UnauthorizedException('This is for the staff: send the header x-staff-key.');
  }
}
