import { Access, ApiProblems, PageQueryDto } from '@maxxit/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateResearchInstituteDto, ResearchInstituteDto, ResearchInstitutePageDto } from './research-institute.dto';
import { ResearchInstitutesService } from './research-institutes.service';

@ApiTags('research institutes')
@Controller('api/research-institutes')
export class ResearchInstitutesController {
  constructor(private readonly institutes: ResearchInstitutesService) {}

  @Get()
  @Access('user', { scope: 'agents:read' })
  @ApiOperation({ summary: 'All research institutes', description: 'The newest first.' })
  @ApiOkResponse({ description: 'A page of research institutes', type: ResearchInstitutePageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listInstitutes(@Query() query: PageQueryDto): Promise<ResearchInstitutePageDto> {
    return this.institutes.list(query);
  }

  @Post()
  @Access('admin')
  @ApiOperation({
    summary: 'Add a research institute',
    description: 'Its feed is read from now on. 409 INSTITUTE_EXISTS if the name is taken.',
  })
  @ApiCreatedResponse({ description: 'The research institute', type: ResearchInstituteDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [409, 'INSTITUTE_EXISTS'])
  createInstitute(@Body() body: CreateResearchInstituteDto): Promise<ResearchInstituteDto> {
    return this.institutes.create(body);
  }
}
