import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  MappingType,
  type Panel as PanelModel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Link } from './links.ts';
import type { Limit, Panel } from './panel.ts';

const FIGURE_HEIGHT = 4;
const GRAPH = { width: 12, height: 9 };

/** Gives a panel its form in Grafana. `figureWidth` is in columns, of which a dashboard has 24. */
export function buildPanel(panel: Panel, id: number, figureWidth: number): Builder<PanelModel> {
  const builder = panel.kind === 'figure' ? buildFigure(figureWidth) : buildGraph(panel);
  const isOfSeries = ({ url }: Link) => url.includes('${__field');
  builder
    .id(id)
    .title(panel.title)
    .description(panel.advice)
    .datasource({ type: 'prometheus', uid: 'prometheus' })
    .unit(panel.unit)
    .thresholds(thresholds(panel.limit))
    .links(panel.links.filter((link) => !isOfSeries(link)).map(buildLink))
    .dataLinks(panel.links.filter(isOfSeries).map(buildLink));
  if (panel.texts) builder.mappings([textsFor(panel.texts)]);
  for (const [index, [legend, expr]] of Object.entries(panel.queries).entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .legendFormat(legend);
    builder.withTarget(panel.kind === 'figure' ? query.instant() : query.range());
  }
  return builder;
}

const buildFigure = (width: number) =>
  new StatBuilder()
    .span(width)
    .height(FIGURE_HEIGHT)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));

function buildGraph({ kind, limit }: Panel) {
  const builder = new TimeSeriesBuilder()
    .span(GRAPH.width)
    .height(GRAPH.height)
    .min(0)
    .legend(new VizLegendOptionsBuilder().showLegend(true).calcs(['lastNotNull', 'max']))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (kind === 'stack')
    builder.fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (limit.wrong !== 'never')
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return builder;
}

/** The first step has no value: it is the colour of what lies below the second. */
function thresholds(limit: Limit) {
  const steps = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute);
  if (limit.wrong === 'never') return steps.steps([{ value: null, color: 'green' }]);
  const { wrong, value, warning } = limit;
  if (wrong === 'above') {
    return steps.steps([
      { value: null, color: 'green' },
      ...(warning === undefined ? [] : [{ value: warning, color: 'yellow' }]),
      { value: nextAbove(value), color: 'red' },
    ]);
  }
  return steps.steps([
    { value: null, color: 'red' },
    { value, color: warning === undefined ? 'green' : 'yellow' },
    ...(warning === undefined ? [] : [{ value: warning, color: 'green' }]),
  ]);
}

/** Grafana colours a value from the threshold on; 0 of what is counted must stay green. */
const nextAbove = (value: number) => (value === 0 ? 0.001 : value);

const buildLink = ({ title, url }: Link) =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true);

const textsFor = (texts: Record<number, string>) => ({
  type: MappingType.ValueToText as const,
  options: Object.fromEntries(Object.entries(texts).map(([value, text]) => [value, { text }])),
});
