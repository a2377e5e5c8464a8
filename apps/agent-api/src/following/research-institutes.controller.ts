import { ApiProblems, PageQueryDto } from '@maxxit/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateResearchInstituteDto, ResearchInstituteDto, ResearchInstitutePageDto } from './research-institute.dto';
import { ResearchInstitutesService } from './research-institutes.service';

@ApiTags('research institutes')
@Controller('api/research-institutes')
export class ResearchInstitutesController {
  constructor(private readonly institutes: ResearchInstitutesService) {}

  @Get()
  @ApiOperation({ summary: 'All research institutes', description: 'The newest first.' })
  @ApiOkResponse({ type: ResearchInstitutePageDto })
  @ApiProblems(400)
  listInstitutes(@Query() query: PageQueryDto): Promise<ResearchInstitutePageDto> {
    return this.institutes.list(query);
  }

  @Post()
  @ApiOperation({
    summary: 'Add a research institute',
    description: 'Its feed is read from now on. 409 INSTITUTE_EXISTS if the name is taken.',
  })
  @ApiCreatedResponse({ type: ResearchInstituteDto })
  @ApiProblems(400, 409)
  createInstitute(@Body() body: CreateResearchInstituteDto): Promise<ResearchInstituteDto> {
    return this.institutes.create(body);
  }
}
