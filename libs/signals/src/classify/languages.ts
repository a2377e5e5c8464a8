import { Decimal } from '@maxxit/domain';

/** Languages other than English whose trading words are known. */
export type Language = 'en' | 'es' | 'fr' | 'de' | 'pt' | 'ru' | 'zh' | 'ja' | 'ko';

/** A text with its trading words in English, for the rules that follow; words that mean nothing to them stay as they are. */
export interface Translated {
  text: string;
  language: Language;
  /** Numbers are written as in "1,0850" and "97.000". */
  decimalComma: boolean;
  /** Mostly in a language that is not read at all. */
  unknown: boolean;
}

/** Pairs of a pattern for whole words and what English rules know it by; earlier ones first. */
type Dictionary = readonly (readonly [pattern: string, english: string])[];

const SPANISH: Dictionary = [
  ['libra ?/ ?dólar', ' GBP/USD '], ['euro ?/ ?dólar', ' EUR/USD '], ['dólar ?/ ?yen', ' USD/JPY '], ['vuelvo a|de nuevo|otra vez|por fin|ahora mismo|ya mismo', ' now '],
  ['meto|metiendo|entrando', ' opening '],
  ['buy the dip|sell the news', ' $& '],
  ['(?:me )?(?:salgo|saco|voy|bajo|retiro) (?:si|cuando) (?:toca|pierde|rompe|baja de|cae de|supera)|si (?:toca|pierde|rompe|supera)(?: los)? (?=[\\d.,]+,? (?:me voy|me salgo|fuera|salgo|cierro))|me voy (?:por debajo|por encima) de|fuera (?:por debajo|por encima) de', ' sl '],
  ['(?<=\\d) ?,? (?:me voy|me salgo|estoy fuera)(?=$|[.,;\\n ])', ' '],
  ['recojo en|recogida en|salida en|vendo en objetivo|cobro en|beneficios? en', ' target '],
  ['(?:vendid[oa]|entrado) (?=[^.\\n]{0,20}en corto)', ' '],
  ['esta vez|sin dudas|sin rodeos|con lo justo|lo justo|aquí mismo|en firme|posición|orden|ejecutad[oa]|en marcha|activ[oa]|dentro', ' '],
  ['ya estoy|estoy|entro|entrado|acabo de entrar|me he puesto|me puse ahora|voy', ' opening '],
  ['no (?:compr\\w*|vend\\w*|entr\\w*|abr\\w*|longue\\w*|shorte\\w*)', ' do not trade '],
  ['nunca|jamás|ni se (?:te|os|les) ocurra|evit(?:ar?|en|ad|a)|ojo con', ' do not trade '],
  ['compré|compramos ayer|compró|compraron|comprado|compraste', ' bought '],
  ['vendí|vendió|vendieron|vendido', ' sold '],
  ['abrí|abrió|entré|entramos ayer|abierto|metí', ' opened '],
  ['cerr(?:é|ó|ado|ada|amos|ando|ar)|cierro|cierre de|cerrad[oa]s?|salgo de|salí|fuera de mi', ' closed my '],
  ['tom(?:o|ando|é|amos) (?:ganancias|beneficios|profit\\w*)|asegur(?:o|ando|é) (?:ganancias|beneficios)|recojo beneficios', ' closed my '],
  ['ayer|anoche|la semana pasada|hace (?:\\w+ )?(?:días?|semanas?|meses|horas?)|gané|ganamos|resultado[s]?|resumen|sigo (?:en )?|seguimos|llevo|tenía|teníamos|estaba', ' yesterday '],
  ['(?:alcanzó|tocó|llegó|saltó|alcanzado|tocado)', ' was hit '],
  ['si(?= )|siempre que|solo si|sólo si|a menos que|en caso de|tras (?:la|el|una?) (?:ruptura|rotura|cierre)|con cierre|cuando|una vez|hasta que|espero|esperar(?:é|emos)?|esperando|esperamos|al (?:romper|superar|perder)|rompe|romper|ruptura|rotura|supera', ' if '],
  ['quizás?|quizá|tal vez|a lo mejor|puede que|podría(?:mos|n)?|debería(?:mos)?|haría|compraría(?:mos)?|vendería(?:mos)?|pensando|pienso|planeo|planeando|me gustaría|tentad[oa]|mañana|próxima semana|la idea es|quiero|voy a', ' maybe '],
  ['imaginen|imagina|supongamos|por ejemplo|ejemplo|lección|curso|demo|simulad[oa]|backtest|papel', ' for example '],
  ['dic(?:e|en)|dijo|según|recomienda|me ha dicho|me dijo|cuentan', ' says '],
  ['alguien|qué (?:opinan|piensan|opináis|tal)|opiniones|conviene|vale la pena|cómo (?:ven|véis)|compro o|largo o corto|¿', ' should i '],
  ['únete|gratis|sorteo|regalo|promoción|suscríbete|escríbeme|canal vip', ' giveaway '],
  ['objetivos?|metas?|tomas? de (?:ganancias?|beneficios?)|tp(?!\\d)', ' target '],
  ['stop(?: |-)?loss|paro|límite de pérdidas?|sl(?!\\d)', ' sl '],
  ['par|activo|moneda', ' pair '], ['dirección|sentido', ' direction '], ['zona de entrada|zona de compra|precio de entrada|precio', ' entry '], ['inmediat[oa]|a mercado', ' now '], ['luego|después', ' / '], ['precio de entrada|entradas?|entro(?= (?:en|a)? ?\\d)', ' entry '],
  ['apalancamiento', ' leverage '],
  ['compr(?:o|a|ar|amos|ando|en|ad|as)|en compra|alcista', ' buy '],
  ['vend(?:o|e|er|emos|iendo|an|ed|a)|venta', ' sell '],
  ['(?:en )?largos?|posición larga', ' long '],
  ['(?:en )?cortos?|posición corta', ' short '],
  ['me pongo|nos ponemos|abro|abrimos|abriendo|entro|entramos|entrando|tomo|tomamos', ' opening '],
  ['recomendamos|recomendación|señal|operación|nueva|nuestra?', ' recommend '],
  ['oro', ' gold '], ['plata', ' silver '], ['petróleo|crudo', ' oil '], ['cobre', ' copper '], ['euro', ' euro '], ['libra', ' pound '],
  ['he|has|hemos', ' '], ['hola|saludos|suerte|gracias|buenos días|buenas|soy|nuevo|nueva|volumen|tendencia|soporte|resistencia|riesgo|gestión|gestionad|mercado|precio|fuerte|débil|fuerza|acompaña|sigue|muy|poco|bien|apretado|ajustado|tranquilo|paciencia|en real|equipo|chicos|vamos|mi|primera?|operación|trade|setup|se ve|veo|está|estamos|semana|día|hoy|máximo|mínimo|según el plan|margen|aislado|cruzado', ' '],
  ['acab(?:o|amos) de', ' now '], ['ahora(?: mismo)?|ya|hoy', ' now '], ['aquí|acá', ' here '], ['y', ' and '], ['con', ' with '], ['desde|en|a|por|sobre|cerca de', ' at '],
  ['entre', ' between '], ['un|una', ' a '], ['el|la|los|las|de|del|al|lo|mi', ' the '], ['largo plazo|corto plazo', ' _ '], ['primer[oa]?|segund[oa]|tercer[oa]?', ' first '],
]; // prettier-ignore

const PORTUGUESE: Dictionary = [
  ['libra ?/ ?dólar', ' GBP/USD '], ['euro ?/ ?dólar', ' EUR/USD '], ['dólar ?/ ?iene', ' USD/JPY '], ['shortado|shortei|shortando', ' opened short '],
  ['ponta comprada', ' long '], ['ponta vendida', ' short '], ['alavancad[oa]|alavanca', ' leverage '], ['a descoberto', ' short '], ['saída|saio em|parcial em|realizo em|sai tudo em', ' target '],
  ['tô dentro|estou dentro|dentro', ' opening '], ['saio (?:abaixo|acima) de|fora (?:abaixo|acima) de|invalidação', ' sl '], ['agora há pouco|acabei de', ' just now '],
  ['não (?:compr\\w*|vend\\w*|entr\\w*|abr\\w*|é hora|vou)', ' do not trade '],
  ['nunca|jamais|evit(?:ar?|em|e)|fuja|longe de', ' do not trade '],
  ['(?:entrei|entramos) comprad[oa]s?', ' opened long '], ['(?:entrei|entramos) vendid[oa]s?', ' opened short '],
  ['comprei|comprou|compramos ontem|compraram|comprado', ' bought '],
  ['vendi|vendeu|venderam|vendido', ' sold '],
  ['abri|entrei|abriu|aberto', ' opened '],
  ['fech(?:ei|ou|ado|ada|amos|ando|ar|o)|encerr\\w+|saí|saindo|realiz(?:ei|ando|amos|ar) (?:lucros?|o lucro)|lucro no bolso', ' closed my '],
  ['ontem|semana passada|há (?:\\w+ )?(?:dias?|semanas?|meses|horas?)|ganhei|lucrei|resultados?|resumo|sigo|continuo|tinha|estava', ' yesterday '],
  ['(?:bateu|atingiu|tocou|batido|atingido)', ' was hit '],
  ['se(?= )|caso|só se|somente se|apenas se|a menos que|quando|assim que|até que|depois d[eoa]|após|espero|esperar|esperando|aguardando|aguardo|romper|rompendo|rompimento|perder os', ' if '],
  ['talvez|quem sabe|poderia|deveria|compraria|venderia|pensando|planejo|pretendo|gostaria|amanhã|próxima semana|quero|vou', ' maybe '],
  ['imagine|suponha|por exemplo|exemplo|aula|curso|demo|simulad[oa]|backtest', ' for example '],
  ['diz(?:em)?|disse|segundo|falou|recomenda', ' says '],
  ['alguém|o que acham|vale a pena|será que|devo|opiniões|compro ou', ' should i '],
  ['grátis|sorteio|brinde|promoção|inscreva|grupo vip|chama no', ' giveaway '],
  ['alvos?|objetivos?|metas?|realização(?: de lucros?)?|tp(?!\\d)', ' target '],
  ['par|ativo|moeda', ' pair '], ['direção|sentido|operação', ' direction '], ['futuros', ' futures '], ['depois', ' / '], ['imediat[oa]|a mercado', ' now '], ['stop(?: |-)?loss|sl(?!\\d)', ' sl '], ['(?:preço|zona|faixa|região) de entrada|preço|entradas?', ' entry '], ['alavancagem', ' leverage '],
  ['compr(?:o|a|ar|amos|ando|em)|na compra', ' buy '], ['vend(?:o|e|er|emos|endo|am|a)|na venda', ' sell '],
  ['comprad[oa]s?', ' long '], ['vendid[oa]s?', ' short '],
  ['abrindo|abro|abrimos|entrando|entro|entramos', ' opening '], ['recomendamos|recomendação|sinal|operação|nova|nossa', ' recommend '],
  ['ouro', ' gold '], ['prata', ' silver '], ['petróleo', ' oil '], ['cobre', ' copper '], ['libra', ' pound '],
  ['olá|oi|bom dia|boa sorte|sorte|obrigado|galera|pessoal|sou|novo|novato|iniciante|volume|tendência|suporte|resistência|risco|mercado|preço|forte|fraco|força|muito|pouco|bem|apertado|curto|paciência|vamos|vida|torçam|mim|primeir[oa]|semana|dia|máximo|isolad[oa]|margem|gerencie|seu|trade|setup', ' '],
  ['acab(?:ei|amos) de', ' now '], ['agora|já|hoje', ' now '], ['aqui', ' here '], ['e', ' and '], ['com', ' with '], ['a partir de|em|a|por|na|no|nos|nas', ' at '], ['entre', ' between '],
  ['um|uma', ' a '], ['o|os|as|de|do|da|dos|das|meu|minha', ' the '], ['primeir[oa]|segund[oa]|terceir[oa]', ' first '],
]; // prettier-ignore

const FRENCH: Dictionary = [
  ['livre ?/ ?dollar', ' GBP/USD '], ['euro ?/ ?dollar', ' EUR/USD '], ['dollar ?/ ?yen', ' USD/JPY '], ['vendeur|vendeuse', ' short '], ['acheteur|acheteuse', ' long '], ['sortie visée', ' target '], ['dès (?:maintenant|ce matin)', ' now '],
  ['(?:je )?viens (?:juste )?(?:de prendre|d\'ouvrir|d\'entrer|de rentrer|d\'acheter)', ' opening '],
  ['sortie|sorties', ' target '], ["once d'or|l'once", ' gold '], ['en position|position prise|ordre (?:exécuté|passé)|exécuté|actif|vrai ordre', ' '],
  ['je rentre|je me positionne|rentre|positionné', ' opening '], ['je coupe (?:sous|au-dessus de|à)|coupure (?:sous|à)|invalidation', ' sl '], ['moi', ' '],
  ["n'(?:achet\\w*|entr\\w*|ouvr\\w*) (?:pas|plus|surtout pas|jamais)|ne (?:\\w+ )?(?:pas|plus|jamais) (?:\\w+ )?|ne \\w+ (?:pas|plus|jamais)|surtout pas|jamais|évit(?:er|ez|e)", ' do not trade '],
  ['(?:j’|j\')?(?:ai|avais|a|ont|avons) (?:\\w+ )?(?:acheté|pris)|acheté[es]*', ' bought '],
  ['(?:ai|a|ont|avons) (?:\\w+ )?vendu|vendu[es]*|shorté|longué', ' sold '],
  ['ouvert|entré|pris (?:un|une)', ' opened '],
  ['clôtur\\w+|ferm(?:é|er|e|ons|ez)|soldé|sorti|je sors|coup(?:é|e) (?:mon|ma|le|la)|prise de (?:profits?|bénéfices?) (?:sur|partielle)|je prends mes (?:profits|gains)|encaiss\\w+', ' closed my '],
  ['hier|la semaine dernière|le mois dernier|il y a (?:\\w+ )?(?:jours?|semaines?|mois)|gagné|résultats?|bilan|toujours (?:en|long|short|dans)|depuis (?:lundi|hier|mardi|la)|était|étais', ' yesterday '],
  ['touché|atteint|atteinte', ' was hit '],
  ["s'il|s’il|si(?= )|seulement si|à condition|sauf si|quand|lorsque?|dès que|une fois|en cas de|après (?:la|une|le|un)|j'attends|attendre|attends|attendons|en attente|casse|cassure|franchi\\w*", ' if '],
  ["peut-être|je pense|pourrais?|pourrait|devrais?|achèterais?|vendrais?|j'achèterai|j'envisage|envisager?|je réfléchis|je songe|tenté|demain|semaine prochaine|j'aimerais|je veux|je vais|je compte", ' maybe '],
  ['imagin(?:ez|ons|e)|supposons|par exemple|exemple|leçon|cours|démo|fictif|backtest', ' for example '],
  ["dit|disent|selon|d'après|recommande(?! d)|conseille", ' says '],
  ["faut-il|dois-je|qu'en pensez|vous en pensez|quelqu'un|avis|vaut-il|ça vaut|est-ce|acheter ou|pourquoi", ' should i '],
  ['gratuit|concours|cadeau|rejoignez|abonnez|parrainage|canal vip', ' giveaway '],
  ['objectifs?|cibles?|prise de (?:profits?|bénéfices?)|tp(?!\\d)', ' target '],
  ['stop(?: |-)?loss|stop suiveur|sl(?!\\d)', ' sl '], ['paire|actif', ' pair '], ['sens|direction', ' direction '], ['puis|ensuite', ' / '], ['immédiat[es]*', ' now '], ["prix d'entrée|zone d'entrée|entrées?|point d'entrée|prix", ' entry '], ['effet de levier|levier', ' leverage '],
  ["(?:j’|j')?ach(?:ète|etons|eter|etez|at|ats)", ' buy '], ['vend(?:s|ons|re|ez)?|ventes?|à la vente', ' sell '], ['je short(?:e|er)?|short(?:er|e|ons)', ' short '], ['je long(?:ue|uer)?', ' long '], ['à découvert', ' short '], ["à l'achat", ' buy '],
  ["j'ouvre|ouvre|ouvrons|j'entre|entrons|on entre|je prends|nous prenons", ' opening '], ['nous recommandons|recommandons|recommandation|signal|nouveau|nouvelle|idée', ' recommend '],
  ["(?:d')?(?:l')?or(?= |$|,|:|\\n)", ' gold '], ["(?:l')?argent", ' silver '], ['pétrole|brut', ' oil '], ['cuivre', ' copper '], ["l'euro", ' euro '], ['livre', ' pound '],
  ["à l'instant", ' just now '], ['bonjour|salut|bonne chance|merci|à tous|débute|débutant|petit|petite|volume|tendance|support|résistance|risque|marché|prix|fort|faible|force|suit|très|peu|bien|serré|patience|équipe|allez|première?|semaine|jour|aujourd.hui|position|max|isolé|croisé|marge|gérez|votre', ' '],
  ['je passe|on passe|je me mets', ' going '], ['(?:je )?viens (?:juste )?(?:de|d)|venons de', ' now '], ['je suis|suis|nous sommes', " i'm "], ['maintenant|tout de suite', ' now '], ['ici', ' here '], ['et', ' and '], ['avec', ' with '], ['à partir de|à|au|autour de|vers', ' at '], ['sur', ' on '], ['entre', ' between '],
  ['un|une', ' a '], ['je|nous', ' i '], ['le|la|les|du|des|de|mon|ma|en|sous', ' the '], ['premi(?:er|ère)|deuxième|second', ' first '],
]; // prettier-ignore

const GERMAN: Dictionary = [
  ['pfund ?/ ?dollar', ' GBP/USD '], ['euro ?/ ?dollar', ' EUR/USD '], ['dollar ?/ ?yen', ' USD/JPY '], ['leerverkauf|leerverkaufe', ' short '], ['zweifach\\p{L}*', ' 2x '], ['dreifach\\p{L}*', ' '], ['fünffach\\p{L}*', ' '], ['zehnfach\\p{L}*', ' '],
  ['(?:bin|habe|bin gerade|gerade) (?=[^.\\n]{0,40}(?:gegangen|eröffnet|eingestiegen|gekauft|aufgemacht))', ' '],
  ['(unter|über) ([\\d.,]+) (?:bin ich|ist) (?:raus|draußen|schluss|ende)', ' sl $2 '], ['(?:oben|unten|bei) ?(?:nehme ich|nehmen wir)|nehme ich', ' target '],
  ['(\\d+)er hebel', ' $1x '], ['hand drauf|neuer versuch|wieder dabei|frisch(?:e|er)?|position', ' '], ['einstand|kaufkurs|rein bei|eingang', ' entry '], ['leer(?:verkauf|verkäufe)', ' short '],
  ['(?:bloß |jetzt |bitte |auf keinen fall )?nicht(?: \\w+){0,3} (?:kaufen|verkaufen|shorten|longen|gehen)|nicht|kein(?:e|en)?|niemals|nie|finger weg|vermeide\\w*', ' do not trade '],
  ['gekauft|zugekauft|eingekauft', ' bought '], ['verkauft|geshortet|gelongt', ' sold '], ['eröffnet|eingestiegen|gegangen|aufgemacht', ' opened '],
  ['geschlossen|schließe|schließen|glattgestellt|ausgestiegen|steige aus|raus aus|gewinne? (?:mitgenommen|mitnehmen|realisier\\w+)|gewinnmitnahmen?|realisiert|teilgewinn\\w*|ausgestoppt', ' closed my '],
  ['gestern|letzte (?:woche|nacht)|letzten monat|vor (?:\\w+ )?(?:tagen|wochen|monaten|stunden)|gewonnen|ergebnisse?|rückblick|immer noch|weiterhin|war|waren|hatte|hatten|seit', ' yesterday '],
  ['erreicht|getroffen|ausgelöst', ' was hit '],
  ['wenn|falls|sofern|sobald|erst (?:wenn|nach|bei|ab)|nur (?:wenn|bei|nach)|nach (?:dem|einem|einer|der)|bei (?:ausbruch|einem|bruch|rücksetzer)|bricht|bruch|warte\\w*|abwarten|ausbruch', ' if '],
  ['vielleicht|eventuell|könnte\\w*|würde\\w*|sollte\\w*|überlege\\w*|denke (?:daran|darüber)|plane\\w*|möchte|morgen|nächste woche|will|werde|wollte', ' maybe '],
  ['angenommen|stell(?:t)? (?:dir|euch)|zum beispiel|beispiel|lektion|kurs(?!ziel)|demo\\w*|musterdepot|papertrad\\w*|backtest', ' for example '],
  ['sagt|sagte|laut|meint|empfiehlt|behauptet', ' says '],
  ['soll ich|sollte man|lohnt|meinung(?:en)?|was haltet|was meint|jemand|kaufen oder|long oder short|wieso|warum', ' should i '],
  ['gewinnspiel|verlosung|gratis|kostenlos\\w*|geschenkt|abonnier\\w*|tretet bei|vip-?gruppe', ' giveaway '],
  ['kursziele?|ziele?|zielzone|gewinnziel|tp(?!\\d)', ' target '], ['stop(?:p)?(?: |-)?(?:loss|kurs|marke)?|sl(?!\\d)', ' sl '],
  ['paar|basiswert', ' pair '], ['richtung', ' direction '], ['dann|danach', ' / '], ['einstieg(?:skurs|spreis|szone)?|einstand|entry', ' entry '], ['hebel', ' leverage '],
  ['(?:ich )?(?:kaufe?n?|kauft|nachkaufen)|kauf|kaufsignal', ' buy '], ['(?:ich )?(?:verkaufe?n?|verkauf|verkaufssignal)', ' sell '],
  ['ich gehe|wir gehen|gehe', ' going '], ['ich eröffne|eröffne|steige ein|wir eröffnen', ' opening '], ['wir empfehlen|empfehlung|empfehlen|signal|neuer?|neue', ' recommend '],
  ['gold', ' gold '], ['silber', ' silver '], ['öl|rohöl', ' oil '], ['kupfer', ' copper '], ['euro', ' euro '], ['pfund', ' pound '],
  ['hallo|moin|servus|viel erfolg|glück|danke|zusammen|leute|neuling|anfänger|kleine|volumen|trend|unterstützung|widerstand|risiko|markt|preis|stark|schwach|stärke|sehr|wenig|gut|eng|geduld|team|los|erste|woche|tag|heute|position|maximal|isoliert|ruhig|ist|sieht|aus|auch|mal|euer|euch|beachten', ' '],
  ['gerade(?: eben)?|soeben', ' now '], ['ich|wir', ' i '], ['bin|sind', ' '], ['eine?n?|einem', ' a '], ['jetzt|sofort|heute', ' now '], ['hier', ' here '], ['und', ' and '], ['mit', ' with '], ['bei|ab|um|zu', ' at '], ['zwischen', ' between '],
  ['der|die|das|ein|eine|einen|den|dem|im|in|meine?|unser', ' the '], ['long-position|longposition', ' long '], ['short-position|shortposition', ' short '], ['erst(?:es|er|e)|zweit(?:es|er|e)', ' first '],
]; // prettier-ignore

const RUSSIAN: Dictionary = [
  ['фунт ?/ ?доллар', ' GBP/USD '], ['евро ?/ ?доллар', ' EUR/USD '], ['доллар ?/ ?(?:иена|йена)', ' USD/JPY '],
  ['заб(?:ираю|ираем|ерём|рать) (?:на|по)|фикс(?:ация)? (?:на|по)|профит|тейк', ' target '], ['выход (?:при|под|над|ниже|выше)|отмена (?:при|ниже|выше)?', ' sl '],
  ['исполн\\p{L}+|налили|ордер|позици\\p{L}+|всё по плану|по рынку|рыночн\\p{L}+', ' '], ['встал[аи]?|сел[аи]?', ' opened '], ['иксов|икса|икс', ' '],
  ['не (?:\\p{L}+)|нельзя|никогда|избегайте|осторожно с|никаких', ' do not trade '],
  ['купил[аи]?|закупил\\p{L}*|набрал\\p{L}*|взял[аи]?', ' bought '], ['продал[аи]?|шортил[аи]?|зашортил\\p{L}*|лонговал\\p{L}*|залонговал\\p{L}*', ' sold '], ['открыл[аи]?|заш[её]л|зашли|вош[её]л|вошли', ' opened '],
  ['закр(?:ыл\\p{L}*|ываю|ываем|ыть|ыт\\p{L}*|ытие)|зафиксир\\p{L}*|фиксир\\p{L}*|выш(?:ел|ли)|выхожу|выходим|сократил\\p{L}*', ' closed my '],
  ['вчера|на прошлой неделе|в прошл\\p{L}+|назад|итоги|результат\\p{L}*|обзор сделки|заработал\\p{L}*|был[аи]?|держу|держим|сижу|стоял', ' yesterday '],
  ['достигнут\\p{L}*|взят[аы]?|сработал\\p{L}*|выбил\\p{L}*|отработал\\p{L}*|дошл\\p{L}+', ' was hit '],
  ['если|когда|как только|после|при (?:пробое|закреплении|откате|возврате|условии|ретесте)|в случае|пробь[её]т|пробоя?|жду|ждём|ждем|ожидаю|дождаться', ' if '],
  ['может(?: быть)?|возможно|наверное|думаю|планирую|планируем|хочу|хотел\\p{L}*|хотелось|собираюсь|завтра|на следующей неделе|буду|будем|откры(?:л бы|ть бы)|бы|присматриваюсь', ' maybe '],
  ['представ(?:ьте|им)|допустим|например|пример|урок|обучение|демо\\p{L}*|бумажн\\p{L}*|бэктест', ' for example '],
  ['говор(?:ит|ят)|сказал\\p{L}*|по словам|считает|советует|по мнению|пишет', ' says '],
  ['стоит ли|кто(?:-нибудь| нибудь)?|что думаете|как думаете|мнени[ея]|ли|лонг или шорт|почему|зачем|сколько', ' should i '],
  ['розыгрыш|бесплатно|подпис\\p{L}+|приглаша\\p{L}+|конкурс|раздача|реферал\\p{L}*|вип|vip', ' giveaway '],
  ['цел[ьяи]|таргет\\p{L}*|тейк(?:-| )?профит\\p{L}*|тейк\\p{L}*|тп', ' target '], ['стоп(?:-| )?лосс?\\p{L}*|стоп(?:ом|а|у)?|сл', ' sl '],
  ['пара|монета|актив', ' pair '], ['направление', ' direction '], ['затем|потом', ' / '], ['цена|точка входа|цена входа|вход|зона входа|входим|захожу|заходим', ' entry '], ['плеч[оа]м?', ' leverage '],
  ['лонг(?:ую|уем|овать|ом|а|у|уйте|е)?|длинн\\p{L}+', ' long '], ['шорт(?:ую|уем|ить|ом|а|у|им|ите|е)?|шорчу|коротк\\p{L}+', ' short '],
  ['покупа(?:ю|ем|ть|йте)|покупк\\p{L}+|куп(?:ить|им|ите)|беру|бер[её]м|докупаю', ' buy '], ['прода(?:ю|[её]м|ть|йте|жа|жу)', ' sell '],
  ['открываю|открываем|открыть|откройте|беру', ' opening '], ['рекоменд\\p{L}+|сигнал|сделка|новая|идея', ' recommend '],
  ['биток|битк\\p{L}+|битко(?:ин|йн)\\p{L}*', ' BTC '], ['эфир\\p{L}*', ' ETH '], ['солан\\p{L}*', ' SOL '], ['золот\\p{L}+', ' gold '], ['серебр\\p{L}+', ' silver '], ['нефт\\p{L}+', ' oil '], ['евро', ' euro '], ['фунт\\p{L}*', ' pound '], ['рипл\\p{L}*', ' XRP '], ['догикоин\\p{L}*|доге', ' DOGE '],
  ['всем|привет|удачи|спасибо|новичок|новенький|я|мы|мой первый|небольш\\p{L}+|объ[её]м\\p{L}*|тренд\\p{L}*|поддержк\\p{L}+|сопротивлени\\p{L}+|риск\\p{L}*|рынок|рынк\\p{L}+|цена|сильн\\p{L}+|слаб\\p{L}+|очень|мало|хорош\\p{L}+|коротк(?:ий|им) стоп\\p{L}*|терпени\\p{L}+|ребята|друзья|поехали|недел\\p{L}+|день|дня|максимум|изолированн\\p{L}+|маржа|соблюдайте|пятое|третье|десятое|доллар\\p{L}*', ' '],
  ['только что', ' now '], ['сейчас|прямо|сегодня', ' now '], ['здесь|тут', ' here '], ['и', ' and '], ['с|со', ' with '], ['от|по|на|около|в|из', ' at '], ['к|до', ' to '], ['х(?=$|[\\s,.])', 'x'], ['перв\\p{L}+|втор\\p{L}+', ' first '],
]; // prettier-ignore

const CHINESE: Dictionary = [
  ['([\\d.]*\\d)(?:止损|出局|破位|认错)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.]*\\d)(?:止盈|目标|获利|出货)(?! ?[:：=@は]? ?\\d)', ' target $1 '], ['([\\d.]*\\d)(?:进|入|开)(?![\\p{Script=Han}])', ' entry $1 '],
  ['(?:破|跌破|涨破|升破)([\\d.]+)(?:就)?(?:认错|止损|出局|走人)', ' sl $1 '], ['(?<![做开看买卖低高追沽])空(?=[,，\\s]|$)', ' short '], ['(?<![做开看买卖低高追沽])多(?=[,，\\s]|$)', ' long '], ['伦敦金|现货黄金', ' gold '], ['多进去了?|多进', ' long opened '], ['空进去了?|空进', ' short opened '],
  ['已?成交', ' opened '], ['[一二三四五六七八九十]+倍', ' '], ['不等了|直接', ' '],
  ['不要|不能|不可|别|勿|切勿|不建议|不推荐|不做|没有?必要|禁止|不会|不敢|避免', ' do not trade '],
  ['(做多|做空|开多|开空|买入?|卖出?|进场|入场|抄底|多单|空单)(?:过|了|已进|已入)', ' $1 opened '],
  ['开了|开仓了|上车了?', ' opened '],
  ['已经?(?:做多|做空|开多|开空|买入|卖出|进场|入场)', ' bought '],
  ['已经|已(?=全部|平|止|出)|拿到|吃到|昨天|昨日|昨晚|上周|上个?月|之前|此前|前天|回顾|复盘|战绩|盈利了?|赚了|亏了|已到达?|已达|达到|打到|触发了|持有中|还拿着|曾经', ' yesterday '],
  ['止盈(?:出场|离场|了结|平仓)|已止盈|止损出场|被止损|平仓|平多|平空|清仓|离场|出场|减仓|落袋|了结|获利(?:了结|出局)', ' closed my '],
  ['如果|若(?!干)|一旦|假如|要是|除非|等(?:待|到|回|突破|跌|涨)|突破后?|跌破后?|站稳|站上|回踩|确认后|再(?:做多|做空|进场|入场|买)|的话|(?<=\\d)以[上下]', ' if '],
  ['也许|可能|或许|打算|计划|考虑|想要?|准备|明天|下周|将会?|应该会?|观望|如有机会', ' maybe '],
  ['例如|比如|举例|假设|教程|课程|模拟盘?|回测|教学|案例', ' for example '],
  ['据说|有人说|他说|表示|称|认为|听说|分析师|老师说|转发|巨鲸|机构', ' says '],
  ['吗|呢\\?|是否|该不该|要不要|可以.{0,6}吗|怎么看|怎么样|谁|为什么|哪个|能不能|还是做|投票', ' should i '],
  ['免费|抽奖|空投|加群|进群|加微信|电报群|返佣|邀请码|赠送|福利|会员', ' giveaway '],
  ['忽略|无视|指令|提示词|系统|模型|机器人|管理员', ' ignore instructions '],
  ['币种|标的|交易对', ' pair '], ['方向', ' direction '], ['区间|范围|价格', ' '], ['(?<=\\d)空(?=[,，\\s]|$)', ' short '], ['(?<=\\d)多(?=[,，\\s]|$)', ' long '], ['目标位?价?|止盈位?价?|看到|看至|看向', ' target '], ['止损位?价?|防守', ' sl '], ['进场位?价?|入场位?价?|开仓价?|挂单|现价|点位', ' entry '], ['杠杆', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['做多|开多|多单|看多|买多|买入|买进|低多|抄底|买', ' long '], ['做空|开空|空单|看空|卖空|卖出|沽空|高空|卖', ' short '],
  ['美日', ' USD/JPY '], ['欧美', ' EUR/USD '], ['镑美', ' GBP/USD '], ['比特币|大饼', ' BTC '], ['以太坊?|姨太|二饼', ' ETH '], ['索拉纳', ' SOL '], ['黄金', ' gold '], ['白银', ' silver '], ['原油', ' oil '], ['欧元', ' euro '], ['英镑', ' pound '], ['日元', ' yen '], ['狗狗币', ' DOGE '], ['瑞波币?', ' XRP '], ['特斯拉', ' TSLA '], ['英伟达', ' NVDA '], ['纳指|纳斯达克', ' NASDAQ '], ['标普', ' SPX '], ['莱特币', ' LTC '], ['莱因?特', ' LTC '], ['铜', ' copper '],
  ['刚刚|刚才|刚', ' now '], ['我们?|大家|各位|兄弟们|朋友们|新手|早上好|晚上好|祝好运|小仓位?|轻仓|重仓|仓位|成交量|趋势|支撑|压力位?|阻力位?|风险|行情|强势?|弱势?|控制好?|注意|耐心|短线|中线|长线|合约|现货|永续|逐仓|全仓|带好|严格|设好|单子?|进|的|了|请|小|位', ' '],
  ['现在|目前|即刻|立即|今天', ' now '], ['这里|附近|左右', ' here '], ['和|与|及', ' and '], ['在', ' at '], ['到|至', ' to '], ['第[一二三]', ' first '], ['美元|美金|刀|(?<=\\d) ?[uU](?![a-zA-Z])', ' '], ['建议|推荐|信号|策略', ' recommend '],
]; // prettier-ignore

const JAPANESE: Dictionary = [
  ['([\\d.,]*\\d)(?:ドル|円)?で?(?:損切り?|ロスカット|撤退)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.,]*\\d)(?:ドル|円)?で?(?:利確|利食い|決済予定)(?! ?[:：=@は]? ?\\d)', ' target $1 '],
  ['(ロング|ショート|買い|売り)(?:が|を|で)?約定', ' $1 opened '], ['買い建て(?:ました|た)?', ' long opened '], ['売り建て(?:ました|た)?', ' short opened '], ['待ちきれず|ついに|とうとう', ' '], ['マイクロソフト', ' MSFT '], ['アップル', ' AAPL '],
  ['(?:ロング|ショート|買い?|売り?|買う|売る|エントリー|購入)(?:は)?(?:しない|するな|しません|しなかった|禁止|厳禁|避け|控え|やめ|わない|らない|ってはいけ|べきではない|べきじゃない)\\S{0,6}', ' do not trade '],
  ['しないほうが|しない方が|ないでください|ないで|やめて|見送り|見送る|ダメ|危険|べきではない|待った方が|触らない', ' do not trade '],
  ['(ロング|ショート|買い|売り|エントリー|購入)(?:を)?(?:しました|しまし|した|してた|していた|済み|ってた|ってい(?:た|る)|っていました|りました|いました| ?入りました| ?入った)', ' $1 opened '],
  ['買った|売った|買って(?:い|お)|売って(?:い|お)', ' bought '],
  ['昨日|先週|先月|以前|前回|今朝|昨夜|振り返り|結果|成績|勝ち|儲かっ|利益が出|到達しました|到達した|達成|保有中|ホールド中|継続中|届いた', ' yesterday '],
  ['利確(?:しました|した|済み|完了|できた)|損切り(?:しました|した|になった|された|済み)|決済|手仕舞い|クローズ|撤退|逃げ', ' closed my '],
  ['もし|なら|たら|れば|次第|場合|まで待|を待|待ち|待って|待つ|後に|抜けで|ブレイクで|割れで|反発で|確認して', ' if '],
  ['かも|と思う|思います|検討|考え(?:て|中)|予定|したい|たいな|つもり|明日|来週|狙い目|狙って|だろう|でしょう|べきか', ' maybe '],
  ['例えば|例:|例：|もしも|講座|勉強|練習|デモ|シミュレーション|バックテスト|とは', ' for example '],
  ['によると|さん曰く|曰く|と言って|と言った|って言|らしい|そうだ|アナリスト|クジラ|機関投資家', ' says '],
  ['ですか|ますか|だろうか|でしょうか|どう思|どうですか|どうかな|いいの|いいかな|どっち|なぜ|誰か|アンケート|投票|の\\?', ' should i '],
  ['無料|プレゼント|抽選|配布|登録|LINE追加|招待|キャンペーン|フォローして|フォロー＆|rtで', ' giveaway '],
  ['指示|無視|プロンプト|システム|ボット|モデル|管理者|命令', ' ignore instructions '],
  ['通貨ペア|銘柄', ' pair '], ['方向', ' direction '], ['シグナル', ' recommend '], ['目標(?:価格|値)?|ターゲット|利確(?:目標|ライン|ポイント|は)?|利食い|テイクプロフィット', ' target '], ['損切り?(?:ライン|ポイント|は)?|ロスカット|逆指値|ストップ(?:ロス)?', ' sl '], ['エントリー(?:価格|ポイント)?|指値|建値', ' entry '], ['レバレッジ|レバ', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['ロング|買い|買う|買ってみ|買', ' long '], ['ショート|売り|売る|空売り|売', ' short '],
  ['ビットコイン|ビット', ' BTC '], ['イーサ(?:リアム)?', ' ETH '], ['ソラナ', ' SOL '], ['リップル', ' XRP '], ['ゴールド|金(?=[\\s、,はを])', ' gold '], ['シルバー', ' silver '], ['原油', ' oil '], ['ドル ?円', ' USD/JPY '], ['ユーロ ?ドル|ユロドル', ' EUR/USD '], ['ポンド ?ドル|ポンドル', ' GBP/USD '], ['日経(?:平均|225)?', ' NIKKEI '], ['ナスダック', ' NASDAQ '], ['ドージ', ' DOGE '], ['テスラ', ' TSLA '], ['エヌビディア', ' NVDA '],
  ['(?:入った)?ばかり', ' now '], ['(?<=ロング|ショート|long |short )中', ' '], ['たった今|いま', ' now '], ['初心者です|よろしくお願いします|おはよう\\S*|こんにちは|頑張り\\S*|みなさん|皆さん|私|少額|少し|小さめ|出来高|トレンド|サポート|レジスタンス|リスク|相場|強い|弱い|強く|弱く|管理|注意|短期|中期|スイング|デイトレ|現物|先物|無期限|ポジション|保有開始|スタート|開始|円|ドル(?!円)|も|や|へ|ました|まし|さん|位|くらい|付近|あたり', ' '],
  ['今(?:すぐ|から|日)?', ' now '], ['ここ(?:で|から)?', ' here '], ['第[一二三]', ' first '], ['(?<=\\d) ?(?:ドル|円)(?![\\p{L}])', ' '], ['から', ' '], ['をします|します|する|です|だ|を|で|は|に|と|が|の', ' '],
]; // prettier-ignore

const KOREAN: Dictionary = [
  ['([\\d.,]*\\d) ?(?:달러|원)?(?: 이탈 시| 깨지면| 이탈시)? ?(?:손절|스탑)(?=[\\s,./]|$)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.,]*\\d) ?(?:달러|원)?(?: 도달 시)? ?(?:익절|목표)(?=[\\s,./]|$)(?! ?[:：=@は]? ?\\d)', ' target $1 '],
  ['(롱|숏|매수|매도) ?(?:체결(?:됐|되었|완료)?\\S*)', ' $1 opened '], ['고민 끝|드디어|결국', ' '], ['마이크로소프트', ' MSFT '], ['애플', ' AAPL '],
  ['(?:롱|숏|매수|매도|진입|사지|팔지|들어가지)(?:은|는|을|를)?(?: ?치지| ?하지| ?잡지)? ?(?:마세요|마라|말고|말자|마십|말아|맙시다|않|금지|금물)\\S*', ' do not trade '],
  ['하지 ?마\\S*|치지 ?마\\S*|지 마\\S*|지 말\\S*|않\\S*|금지|안 ?(?:합니다|해요|한다|들어\\S*|사\\S*|삽니다)|절대|피하\\S*|비추\\S*', ' do not trade '],
  ['(롱|숏|매수|매도|진입)(?:을|를)? ?(?:했\\S*|쳤\\S*|잡았\\S*|함|하였\\S*|들어갔\\S*|탔\\S*|완료)', ' $1 opened '],
  ['샀\\S*|팔았\\S*|들어갔\\S*|잡았\\S*|진입했\\S*', ' bought '],
  ['어제|지난 ?주|지난 ?달|지난번|아까|복기|결과|수익 ?(?:실현|났|인증|봤)\\S*|벌었\\S*|도달\\S*|보유 ?중|홀딩 ?중|달성\\S*|들고 ?있\\S*', ' yesterday '],
  ['익절(?:했|함|완료|하고|합니다)\\S*|손절(?:했|함|당|하고)\\S*|청산\\S*|정리\\S*|종료\\S*|마감\\S*|포지션 ?닫\\S*|탈출\\S*', ' closed my '],
  ['만약|만일|(?:돌파|이탈|지지|확인|하락|상승|반등|도달|회복|안착|조정) ?(?:하면|되면|시|후|받으면|오면|나오면|하고 나서)\\S*|\\S*(?:하면|되면|오면|으면|가면|나면|주면)(?=\\s|,|$)|기다\\S*|대기|확인 후|경우', ' if '],
  ['아마|어쩌면|고민\\S*|생각\\S*|예정\\S*|계획\\S*|할까\\S*|싶\\S*|내일|다음 ?주|고려\\S*|겠\\S*|지켜보\\S*|관망\\S*|것 같\\S*', ' maybe '],
  ['예를 들어|예시|가정\\S*|강의|교육|공부|모의\\S*|데모|백테스트', ' for example '],
  ['라고 ?(?:했|합|하|말|전)\\S*|에 따르면|말했\\S*|말하\\S*|추천했\\S*|애널리스트|고래\\S*|기관\\S*|친구가', ' says '],
  ['까요|나요|될까\\S*|어때\\S*|어떨까\\S*|어떻게|괜찮\\S*|누가|누구|왜|투표|인가요|맞나\\S*|의견\\S*|잡을까\\S*|일까\\S*', ' should i '],
  ['무료|이벤트|추첨|에어드랍|가입|레퍼럴|초대|텔레그램|리딩방|카톡|입장', ' giveaway '],
  ['지시\\S*|무시\\S*|프롬프트|시스템|봇|모델|관리자|명령\\S*', ' ignore instructions '],
  ['종목|코인|페어', ' pair '], ['방향', ' direction '], ['시그널|신호', ' recommend '], ['목표가?격?|타겟|익절가?|1차 ?목표|2차 ?목표', ' target '], ['손절가?|스탑(?:로스)?|스톱(?:로스)?', ' sl '], ['진입가?격?|평단|현재가|시장가', ' entry '], ['레버리지|레버', ' leverage '], ['(?<=\\d) ?배', 'x '],
  ['롱|매수|사(?=요|자)|삽니다', ' long '], ['숏|매도|공매도|팝니다', ' short '],
  ['비트코인|비트|비코', ' BTC '], ['이더리움|이더', ' ETH '], ['솔라나', ' SOL '], ['리플', ' XRP '], ['도지코인|도지', ' DOGE '], ['골드|(?<![지방조])금(?=\\s|,|:)', ' gold '], ['은(?= (?:매수|매도|롱|숏))', ' silver '], ['원유|유가', ' oil '], ['나스닥', ' NASDAQ '], ['테슬라', ' TSLA '], ['엔비디아', ' NVDA '], ['달러 ?엔', ' USD/JPY '], ['유로 ?달러', ' EUR/USD '], ['유로', ' euro '],
  ['방금|막', ' now '], ['안녕하세요|초보입니다|반갑습니다|여러분|화이팅|저는|제가|소액|조금|거래량|추세|지지선?|저항선?|리스크|시장|강하\\S*|약하\\S*|관리|주의|단타|스윙|현물|선물|무기한|했어요|했습니다|격리|교차|부근|근처|필수|하세요', ' '],
  ['지금|현재|바로|오늘', ' now '], ['여기(?:서|에서)?', ' here '], ['(?<=\\d) ?(?:달러|불|원)', ' '], ['첫 ?번?째?', ' first '], ['(?<=[\\d\\sA-Z])(?:에서|부터|으로|에|은|는|이|가|을|를|로|과|와)(?=\\s|,|$)', ' '], ['갑니다|가자|합니다|하세요|해요|칩니다|추천\\S*|봅니다|잡습니다|들어갑니다|간다|포지션', ' '],
]; // prettier-ignore

/** Words by which a language in Latin letters is told from English. */
const MARKS: Readonly<Record<'es' | 'fr' | 'de' | 'pt', RegExp>> = {
  es: wholeWords(
    'el|los|las|una|con|desde|venta|compra|entrada|señal|par|nueva|nuevo|posición|por|para|hasta|sólo|mi|más|según|orden|compr(?:o|a|ar|amos|ando|é|en)|vend(?:o|er|iendo|í|emos)|largos?|cortos?|objetivos?|entrada|apalancamiento|ahora|aquí|cuando|oro|está|estoy|en|qué|según|que|abro|cerré|hoy|señal|instrucciones|ignora|todo',
  ),
  pt: wholeWords(
    'nova|novo|posição|para|até|só|foi|mais|ordem|venda|compra|os|uma|com|não|compr(?:o|ei|a|ar|amos|ando|e)|vend(?:o|er|endo|i|emos)|alvos?|entrada|alavancagem|agora|aqui|quando|ouro|está|estou|em|se|meu|minha|que|abrindo|fechei|hoje|sinal|instruções|ignore as|vou',
  ),
  fr: wholeWords(
    "nouvelle|nouveau|pour|dans|mais|mon|dès|sans|ordre|hier|le|les|une|avec|achats?|achète|acheter|achetez|vends?|vente|vendre|objectifs?|cible|entrée|levier|maintenant|ici|quand|l'or|est|je|j'achète|j'ai|si|pas|à|au|du|qui|clôturé|nous|instructions précédentes|sur|et|de|faut-il",
  ),
  de: wholeWords(
    'neue|neuer|neues|gerade|über|unter|erst|von|für|mein|meine|wieder|heute|gestern|kein|keine|wurde|noch|nur|der|die|das|ein|eine|bei|mit|und|wenn|falls|kaufe?n?|kauft|gekauft|verkaufe?n?|verkauft|einstieg|kursziel|ziel|hebel|jetzt|hier|nicht|ich|wir|ist|stopp|zu|auf|im|sagt|habe|gehe|soll|anweisungen|alle|öl|silber',
  ),
};

const ENGLISH = wholeWords(
  "the|is|it|this|that|and|to|of|in|on|at|for|with|i|i'm|my|we|you|not|if|here|now|will|was|be|are|have|has|from|buy|sell|buying|selling|going|price|up|down|out|just|so|but|an|all|over|below|above|next|looking|then|when|into|under|only|get|can|would|should|like",
);

/** Common words of languages in Latin letters that are not read. */
const UNREAD = wholeWords(
  'se(?= \\w+ rompe)|vado|compro(?= a mercato)|però|perché|sono|della|degli|questa?|vendo(?= adesso)|adesso|ingresso|obiettivo|leva|comprato|chiuso|als|ik|een|het|niet|naar|ga|koop|verkoop|doel|eğer|ve|bir|için|değil|alım|satım|hedef|giriş|kaldıraç|jika|beli|jual|tidak|dan|sekarang|kalau|jest|nie|jeśli|kupuję|sprzedaję|cel|wejście|nếu|mua|bán|không|và|om|jag|köper|säljer|inte|och',
);

/** Whole words, whatever the script; the flags are "giu". */
function wholeWords(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}$#@])(?:${pattern})(?![\\p{L}])`, 'giu');
}

const compile = (dictionary: Dictionary, whole: boolean) =>
  dictionary.map(([pattern, english]) => [whole ? wholeWords(pattern) : new RegExp(pattern, 'giu'), english] as const);

const DICTIONARIES = {
  es: compile(SPANISH, true),
  pt: compile(PORTUGUESE, true),
  fr: compile(FRENCH, true),
  de: compile(GERMAN, true),
  ru: compile(RUSSIAN, true),
  zh: compile(CHINESE, false),
  ja: compile(JAPANESE, false),
  ko: compile(KOREAN, false),
};

const DECIMAL_COMMA: ReadonlySet<Language> = new Set(['es', 'fr', 'de', 'pt', 'ru']);

/** Puts the trading words of a normalised text into English. Never throws. */
export function translate(text: string): Translated {
  const { language, unknown } = detect(text);
  if (language === 'en') return { text, language, decimalComma: false, unknown };
  let translated = withTenThousands(text);
  for (const [pattern, english] of DICTIONARIES[language]) translated = translated.replace(pattern, english);
  return { text: translated.replace(/[^\S\n]+/g, ' '), language, decimalComma: DECIMAL_COMMA.has(language), unknown };
}

/** "9.1万" and "10万4000" in digits: 万 and 만 stand for ten thousand. */
function withTenThousands(text: string): string {
  return text.replace(/(\d{1,6}(?:\.\d{1,4})?) ?[万萬만] ?(\d{1,4}(?!\d))?/gu, (_, head: string, tail?: string) =>
    new Decimal(head)
      .times(10_000)
      .plus(tail ?? 0)
      .toFixed(),
  );
}

function detect(text: string): { language: Language; unknown: boolean } {
  const has = (pattern: RegExp) => pattern.test(text);
  if (has(/[\p{Script=Hiragana}\p{Script=Katakana}]/u)) return { language: 'ja', unknown: false };
  if (has(/\p{Script=Hangul}/u)) return { language: 'ko', unknown: false };
  if (has(/\p{Script=Han}/u)) return { language: 'zh', unknown: false };
  if (has(/\p{Script=Cyrillic}/u)) return { language: 'ru', unknown: has(/[іїєґўђћџљњ]/iu) };
  if (/[^\p{Script=Latin}\P{L}]{2}/u.test(text.normalize('NFKC').replace(/\p{Lm}/gu, ''))) return { language: 'en', unknown: true };
  const distinct = (pattern: RegExp) => new Set((text.match(pattern) ?? []).map((word) => word.toLowerCase())).size;
  // One short word alone ("e: 3.05", "no") shows no language.
  const shows = (pattern: RegExp) => (text.match(pattern) ?? []).some((word) => word.length > 3);
  const english = distinct(ENGLISH);
  const scores = (['es', 'pt', 'fr', 'de'] as const).map((language) => ({ language, score: distinct(MARKS[language]) }));
  scores.sort((a, b) => b.score - a.score);
  const [best] = scores;
  const unread = distinct(UNREAD);
  if (
    best &&
    best.score >= unread &&
    (best.score > 1 || shows(MARKS[best.language])) &&
    (best.score > english || (best.score > 1 && best.score * 2 > english))
  )
    return { language: best.language, unknown: false };
  return { language: 'en', unknown: unread >= 2 && unread > english / 2 };
}
