import { Body, Controller, Get, HttpCode, Ip, NotFoundException, Param, Post } from '@nestjs/common';
import { IdentityVerificationService, type IdentityStatus } from 'nestjs-portone';

import { Public } from '../auth/public.decorator.js';
import { ConfirmIdentityVerificationDto, RequestIdentityVerificationDto } from './identity-verification.dto.js';
import { IdentityService } from './identity.service.js';

/** Answers no personal data: an id is no proof of whose browser asks. */
@Public()
@Controller('api/identity-verification')
export class IdentityVerificationController {
  constructor(
    private readonly identity: IdentityService,
    private readonly verifications: IdentityVerificationService,
  ) {}

  @Post('request/:verificationId')
  @HttpCode(202)
  async request(
    @Param('verificationId') verificationId: string,
    @Body() person: RequestIdentityVerificationDto,
    @Ip() ipAddress: string,
  ): Promise<IdentityStatus> {
    await this.identity.request(verificationId, person, ipAddress);
    return this.status(verificationId);
  }

  @Post('resend/:verificationId')
  @HttpCode(202)
  async resend(@Param('verificationId') verificationId: string): Promise<IdentityStatus> {
    await this.verifications.resend(verificationId);
    return this.status(verificationId);
  }

  @Post('confirm/:verificationId')
  @HttpCode(200)
  confirm(
    @Param('verificationId') verificationId: string,
    @Body() { otp }: ConfirmIdentityVerificationDto,
  ): Promise<{ verified: true; verifiedAt: Date }> {
    return this.identity.confirm(verificationId, otp);
  }

  @Get('status/:verificationId')
  async status(@Param('verificationId') verificationId: string): Promise<IdentityStatus> {
    const status = await this.verifications.status(verificationId);
    if (status === null) throw new NotFoundException(`There is no identity verification ${verificationId}.`);
    return status;
  }
}
