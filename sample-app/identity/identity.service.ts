import { BadRequestException, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { IdentityVerificationService, isPortOneApiError } from 'nestjs-portone';

import type { RequestIdentityVerificationDto } from './identity-verification.dto.js';

/** The shop sells to whoever is this old. */
const MINIMUM_AGE = 14;

@Injectable()
export class IdentityService {
  constructor(
    private readonly verifications: IdentityVerificationService,
    private readonly config: ConfigService,
  ) {}

  async request(
    identityVerificationId: string,
    { name, phoneNumber, identityNumber, operator, method }: RequestIdentityVerificationDto,
    ipAddress: string,
  ): Promise<void> {
    await this.verifications.send({
      identityVerificationId,
      channelKey: this.config.get('IDENTITY_CHANNEL_KEY', 'channel-key-sandbox'),
      // PortOne limits by the address how many an hour may be sent.
      customer: { name, phoneNumber, ipAddress, ...(identityNumber !== undefined && { identityNumber }) },
      operator,
      method,
    });
  }

  /** A code that came by SMS, or nothing once it was approved in the app. Again, it answers the same. */
  async confirm(verificationId: string, otp: string | undefined): Promise<{ verified: true; verifiedAt: Date }> {
    try {
      await this.verifications.confirm(verificationId, otp === undefined ? {} : { otp });
    } catch (error) {
      // A mistyped code is the buyer's to mend.
      if (isPortOneApiError(error, 'PG_PROVIDER')) throw new BadRequestException(error.data.pgMessage);
      throw error;
    }
    const customer = await this.verifications.requireVerified(verificationId, {
      maxAgeMinutes: 10,
      minimumAge: MINIMUM_AGE,
    });
    // Here customer.ci would be kept with the member: the same person has the same one.
    return { verified: true, verifiedAt: customer.verifiedAt };
  }
}
