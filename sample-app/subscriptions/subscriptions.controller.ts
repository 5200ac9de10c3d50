import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';

import { CreateSubscriptionDto } from './memberships.dto.js';
import { MembershipsService, type MembershipView } from './memberships.service.js';

/** For the staff, as all that charges a card that somebody left here. */
@Controller('api/subscriptions')
export class SubscriptionsController {
  constructor(private readonly memberships: MembershipsService) {}

  @Post()
  subscribe(@Body() request: CreateSubscriptionDto): Promise<MembershipView> {
    return this.memberships.subscribe(request);
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<MembershipView> {
    return this.memberships.find(id);
  }

  @Delete(':id')
  cancel(@Param('id') id: string): Promise<MembershipView> {
    return this.memberships.cancel(id);
  }
}
