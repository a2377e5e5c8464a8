import { Access, ApiId, ApiProblems, currentActor, decodeCursor, ID, toPage } from '@maxxit/platform';
import { KillSwitches } from '@maxxit/trading';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AUDIT_ACTOR } from '../audit-actor';
import { KillSwitchDto, KillSwitchPageDto, ListKillSwitchesDto, SetKillSwitchDto } from './kill-switch.dto';

@ApiTags('kill switches')
@Controller('api/kill-switches')
export class KillSwitchesController {
  constructor(private readonly killSwitches: KillSwitches) {}

  @Post()
  @Access('service')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Stop opening positions',
    description:
      'From the answer on no opening order in scope is decided, and none that was decided is sent; a second later no venue takes one. Positions in scope stay, unless `flatten` asks for them to be closed: that has ended when `flatAt` is set. A source makes no signals either. What is in force already stays as it is (flatten is added), so that the call may be repeated.',
  })
  @ApiOkResponse({ description: 'The kill switch in force', type: KillSwitchDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'KILL_TARGET_INVALID'], [404, 'KILL_TARGET_NOT_FOUND'])
  async setKillSwitch(@Body() body: SetKillSwitchDto): Promise<KillSwitchDto> {
    return KillSwitchDto.of(await this.killSwitches.set({ ...body, target: body.target ?? null, by: currentActor(AUDIT_ACTOR) }));
  }

  @Get()
  @Access('service')
  @ApiOperation({ summary: 'List kill switches', description: 'The newest first, lifted ones as well unless inForce is true.' })
  @ApiOkResponse({ description: 'A page of kill switches', type: KillSwitchPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  async listKillSwitches(@Query() { limit, cursor, inForce }: ListKillSwitchesDto): Promise<KillSwitchPageDto> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, ['uuid'])[0];
    const { items, nextCursor } = toPage(await this.killSwitches.list({ inForce, before, limit: limit + 1 }), limit, ({ id }) => [id]);
    return { items: items.map((killSwitch) => KillSwitchDto.of(killSwitch)), nextCursor };
  }

  @Post(':id/lift')
  @Access('admin')
  @HttpCode(200)
  @ApiId('The kill switch')
  @ApiOperation({
    summary: 'Lift a kill switch',
    description: 'One that was lifted before stays as it is. Orders that it refused stay refused.',
  })
  @ApiOkResponse({ description: 'The lifted kill switch', type: KillSwitchDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'KILL_SWITCH_NOT_FOUND'])
  async liftKillSwitch(@Param('id', ID) id: string): Promise<KillSwitchDto> {
    return KillSwitchDto.of(await this.killSwitches.lift(id, currentActor(AUDIT_ACTOR)));
  }
}
