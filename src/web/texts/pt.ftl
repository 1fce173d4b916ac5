# O que dizem as nossas páginas e mensagens, em português europeu (o Brasil também o lê). Os leitores
# são tratados na terceira pessoa, sem «você».

direction = ltr
date = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
} de { $year }

## On every page

test-mode = Modo de teste: sem pagamentos reais
questions = Dúvidas?
back-to-site = Voltar a { $site }
your-account = A sua conta
try-again = Tentar de novo
look-again = Verificar de novo

## The offer

offer-title = Só para leitores
offer-heading = Esta página está reservada aos nossos leitores
offer-lead = Escolha o que lhe convém: num minuto estará de volta à página.
offer-all-heading = Escolha um plano
offer-left = Saiu da página de pagamento. Nada foi cobrado.
offer-not-included = O seu acesso não inclui esta página.
offer-recommended = Recomendado
offer-yours = Já é seu.
offer-awaits = O seu pagamento está a caminho.
offer-paid-twice = Já paga { $title }, que está incluído em { $plan }. Continua ativo até o cancelar na sua conta.
offer-trial = { $days ->
    [one] { $days } dia grátis, depois { $price }
   *[other] { $days } dias grátis, depois { $price }
}
offer-start-trial = Experimentar grátis
offer-get = Escolher { $plan }
offer-nothing = De momento não há nada à venda aqui. { $contact } pode dizer-lhe mais.
offer-have-access = Já tenho acesso
inset-heading = Continue a ler em { $site }
inset-see-prices = Ver os preços
free-left = { $left ->
    [one] Resta { $left } página gratuita de { $count }.
   *[other] Restam { $left } páginas gratuitas de { $count }.
}
free-used-day = { $count ->
    [one] Já leu a sua página gratuita do dia.
   *[other] Já leu as suas { $count } páginas gratuitas do dia.
}
free-used-week = { $count ->
    [one] Já leu a sua página gratuita da semana.
   *[other] Já leu as suas { $count } páginas gratuitas da semana.
}
free-used-month = { $count ->
    [one] Já leu a sua página gratuita do mês.
   *[other] Já leu as suas { $count } páginas gratuitas do mês.
}
free-anew = Haverá mais em { $date }.

## For whoever asked for the page itself

referral-lead = Quem pagou pode lê-la. Também está ao seu alcance.
referral-see = Ver como lê-la

## Signing in

sign-in = Entrar
sign-in-heading = Entrar por e-mail
sign-in-lead = Escreva o endereço com que pagou. Receberá um e-mail com um link e um código.
sign-in-address = O seu endereço de e-mail
sign-in-send = Enviar o e-mail
sign-in-no-address = Isto não é um endereço de e-mail. Verifique se o escreveu bem.
sign-in-ask-heading = Peça a { $contact } um link de acesso
sign-in-ask-lead = Pagou noutro navegador ou noutro dispositivo? Escreva a { $contact } a partir do endereço com que pagou e receberá um link.
sign-in-ask-once = O link serve uma vez. Abra-o no dispositivo em que quer ler.

code-heading = Veja o seu e-mail
code-lead = Se algo foi comprado com { $email }, um e-mail está a caminho desse endereço. Escreva aqui o código e entrará neste navegador; ou abra o link onde quer ler.
code-label = Os seis algarismos
code-nothing-came = Não chegou nada ao fim de um ou dois minutos? Veja na pasta de spam ou tente outro endereço: conta aquele com que pagou.
code-most = Para um endereço seguem, no máximo, cinco e-mails por hora, um por minuto; conta o mais recente.
code-again = Tentar outro endereço
code-not-six = Um código tem seis algarismos. Veja de novo o e-mail.
code-too-many = Foram escritos demasiados códigos. Peça um novo e-mail abaixo.
code-used = O link ou o código deste e-mail já foi usado. Se não foi você, talvez um programa que verifica os seus e-mails tenha carregado no botão: peça um novo e-mail abaixo.
code-wrong = Este não é o código do e-mail mais recente. Veja de novo.

link-heading = Entrar como { $email }?
link-not-asked = Este navegador não pediu o e-mail. Para entrar onde o pediu, escreva lá o código do e-mail. Alguém lhe enviou este link? Então feche a página.
link-opens = Isto abre, neste navegador, tudo aquilo a que { $email } tem acesso.
link-leaves = Aqui entrou como { $email }: essa sessão termina, e o que foi comprado com esse endereço fica lá. { $contact } pode juntar tudo.
link-leaves-nameless = Aqui entrou sem endereço de e-mail: essa sessão termina, e o que foi comprado assim não a acompanha. { $contact } pode juntar tudo.
link-not-you = Se não for esta a sua conta, feche a página: ainda nada aconteceu.
link-dead-heading = Este link já não funciona
link-dead-mail = Um link de acesso serve uma vez e não por muito tempo.
link-dead-again = Receber um novo por e-mail
link-dead-ask = Um link de acesso serve uma vez e só durante um dia. Peça um novo a { $contact }.

## The sign-in mail

letter-subject = { $code } é o seu código para { $site }
letter-heading = Entrar em { $site }
letter-code = O seu código:
letter-type-or-sign-in = Escreva-o na página onde pediu este e-mail. Ou entre neste dispositivo:
letter-sign-in-there = Carregue aqui no dispositivo em que quer ler:
letter-type-or-open = Escreva-o na página onde pediu este e-mail. Ou abra este endereço no dispositivo em que quer ler:
letter-open = Abra este endereço no dispositivo em que quer ler:
letter-once = { $minutes ->
    [one] Ambos servem uma vez, durante { $minutes } minuto.
   *[other] Ambos servem uma vez, durante { $minutes } minutos.
}
letter-not-you = Não pediu isto? Então não faça nada: sem este e-mail ninguém pode entrar como { $email }. Dúvidas: { $contact }

## The inbox of the demo

inbox-title = Caixa de entrada
inbox-heading = Caixa de entrada da demonstração
inbox-lead = Nenhum e-mail sai da demonstração: o que ela enviaria está aqui, o mais recente primeiro.
inbox-to = Para { $email }
inbox-open = Abrir o link deste e-mail
inbox-empty = Ainda nada foi enviado.

## After paying

waiting-title = A caminho
waiting-heading = O seu pagamento está a caminho
waiting-lead = Um pagamento bancário pode demorar alguns dias. Não precisa de fazer nada e não será cobrado de novo: a página abre-se sozinha quando o dinheiro chegar.

unconfirmed-title = Obrigado
unconfirmed-heading = Obrigado. Um momento, por favor
unconfirmed-stripe = Estamos à espera de que a Stripe confirme o seu pagamento, e a Stripe não responde neste momento. Se pagou, nada se perdeu e não precisa de pagar de novo: a sua página abre-se sozinha assim que a Stripe responder.
unconfirmed-store = Não conseguimos registar o seu pagamento neste momento. Se pagou, nada se perdeu e não precisa de pagar de novo: a sua página abre-se sozinha assim que for possível.

paid-title = Pago
paid-heading = Pago. Obrigado!
paid-heading-waiting = O seu pagamento está a caminho. Obrigado!
paid-mail = Abra esta página no navegador em que pagou ou entre aqui: um e-mail com um link está a caminho do endereço que foi escrito no pagamento.
paid-ask = Abra esta página no navegador em que pagou ou peça a { $contact } um link de acesso.

## At Stripe

till-sign-in = Já tem acesso?

## What can go wrong: a heading, and advice

one-moment = Um momento, por favor
not-valid = Este pedido não é válido
does-not-work = Isso não funciona aqui
not-understood = Não foi possível entender
too-much = É demasiado
not-set-up = Este site não está bem configurado

problem-no-page = Página não encontrada
    .advice = Não há aqui nenhuma página assim. O endereço pode estar cortado ou mal escrito.
problem-nothing-behind = Página não encontrada
    .advice = Este servidor só sabe quem pode ler. Se o administra: o servidor à frente mostra as páginas e envia para aqui apenas /_tollhouse/.
problem-unclear = Isso não pode ser aberto
    .advice = Este endereço não pode ser aberto aqui. Volte à página inicial do site.
problem-no-plan = Plano não encontrado
    .advice = O link para esta oferta indica um plano que já não está à venda aqui. Todas as ofertas: { $url }
problem-wrong-method = { does-not-work }
    .advice = Este endereço não se usa assim. Volte atrás e use o botão.
problem-incomplete-address = { not-understood }
    .advice = Este endereço não está completo. Volte à página que queria ler.
problem-incomplete-form = { not-understood }
    .advice = Este formulário chegou incompleto, por isso nada foi feito. Volte à página e tente de novo.
problem-no-price = { not-understood }
    .advice = Este preço já não está disponível aqui. Volte à página e escolha de novo.
problem-not-yours = { not-understood }
    .advice = Isto não pertence à sua conta. Volte à sua conta e tente de novo a partir daí.
problem-other-site = Isso veio de outro lugar
    .advice = Este formulário foi enviado de outro site, por isso nada foi feito. Vá à própria página e tente lá de novo.
problem-too-many-links = { one-moment }
    .advice = A partir da sua rede foram experimentados demasiados links de acesso. Espere um minuto e abra o seu de novo: ainda serve.
problem-too-many-mails = { one-moment }
    .advice = A partir da sua rede foram pedidos demasiados e-mails de acesso. Espere um minuto. Se já tem um, o link e o código ainda servem.
problem-too-many-checkouts = { one-moment }
    .advice = A partir da sua rede foram iniciados demasiados pagamentos. Nada foi cobrado: espere alguns minutos e tente de novo.
problem-cannot-look-up = { one-moment }
    .advice = Não conseguimos verificar o seu acesso neste momento. Nada se perdeu: tente de novo dentro de um minuto.
problem-till-away = { one-moment }
    .advice = A página de pagamento não responde neste momento. Nada foi cobrado: tente de novo dentro de um minuto.
problem-till-wrong = Não é possível comprar neste momento
    .advice = Os pagamentos deste site não estão bem configurados, por isso nada foi cobrado. Por favor, avise o proprietário.
problem-cannot-sell = { one-moment }
    .advice = Não é possível comprar neste momento, porque não o conseguimos registar. Nada foi cobrado: tente de novo dentro de um minuto.
problem-portal-away = { one-moment }
    .advice = As suas faturas não estão acessíveis neste momento. Tente de novo dentro de um minuto.
problem-portal-wrong = Não é possível mostrar as suas faturas neste momento
    .advice = A página das suas faturas não está bem configurada. Por favor, avise o proprietário deste site, que pode verificar e cancelar por si.
problem-deletion-away = { one-moment }
    .advice = A sua conta não foi eliminada, porque não foi possível cancelar aquilo que paga. Tente de novo dentro de um minuto.
problem-deletion-wrong = Não é possível eliminar a sua conta neste momento
    .advice = A sua conta não foi eliminada, porque não foi possível cancelar aquilo que paga. Por favor, avise o proprietário deste site.
problem-payment-away = { one-moment }
    .advice = Não conseguimos verificar o seu pagamento neste momento. Se pagou, não se perdeu: carregue esta página de novo dentro de um minuto.
problem-payment-wrong = Não é possível verificar o seu pagamento neste momento
    .advice = Não conseguimos verificar o seu pagamento. Se pagou, não se perdeu: por favor, avise o proprietário deste site.
problem-half-signed-out = { one-moment }
    .advice = Saiu da conta neste navegador. Não o conseguimos registar: se alguém puder ter uma cópia da sua sessão, entre e saia de novo dentro de um minuto.

problem-address = Esse endereço não é válido
    .advice = Este endereço não pode ser aberto: { $rule ->
        [control] contém um espaço ou um carácter de controlo não codificado
        [fragment] contém um # não codificado
        [foreign] não é um caminho nem um endereço deste site
        [percent] contém um % que não é seguido de dois algarismos hexadecimais
        [backslash] contém uma barra invertida
        [slash] contém uma barra codificada (%2F)
        [utf-8] contém bytes codificados que não são UTF-8
        [encoded-control] contém um carácter de controlo codificado
        [dots] contém um segmento só de pontos ou espaços
        [deep] tem demasiados segmentos
       *[ambiguous] pode ser lido de demasiadas maneiras
    }.
problem-host = { not-valid }
    .advice = O pedido tem de indicar um host. Abra a página num navegador.
problem-other-host = Este é outro site
    .advice = Este servidor é { $url }, mas foi-lhe pedido «{ $host }». Se o administra: um proxy à frente tem de passar o host do visitante (nginx: proxy_set_header Host $host;), e [site] url tem de ser o endereço que os visitantes usam; outros nomes do site vão em [site] also.
problem-loop = { not-set-up }
    .advice = Este pedido voltou ao lugar de onde foi enviado. Se administra este site: [site] origin tem de ser o site atrás da barreira de acesso pago, não { $url }.
problem-method = { does-not-work }
    .advice = Este servidor não aceita { $method }.
problem-needless-body = { not-valid }
    .advice = Um pedido { $method } não tem conteúdo aqui. Abra a página num navegador.
problem-body = { too-much }
    .advice = O que enviou é grande demais: são aceites no máximo { $bytes } bytes.
problem-body-of-site = { too-much }
    .advice = O que enviou é maior do que este site aceita.
problem-malformed = { not-valid }
    .advice = O pedido não pôde ser entendido. Abra a página num navegador.
problem-slow-body = Demorou demasiado
    .advice = O resto do que enviou não chegou a tempo. Tente de novo.
problem-origin-slow = O site não responde
    .advice = O site demorou demasiado a responder. Tente de novo dentro de um minuto.
problem-origin-away = O site está indisponível
    .advice = O site não está acessível neste momento. Tente de novo dentro de um minuto.
problem-ours = Algo correu mal
    .advice = Algo correu mal do nosso lado. Tente de novo dentro de um minuto.

## The account

account-signed-in = Entrou como { $email }.
account-here-mail = Entrou apenas neste navegador. Para ler também noutro dispositivo, peça um e-mail para o endereço com que pagou.
account-get-mail = Pedir um e-mail de acesso
account-here-ask = Entrou apenas neste navegador. Se sair, peça a { $contact } um link para voltar.
account-pending = O seu pagamento de { $title } está a caminho. O acesso abre-se sozinho quando o dinheiro chegar.
account-failed = O banco não pagou { $title }. Nada foi cobrado.
account-buy-again = Pode comprá-lo de novo
account-nothing = Ainda não tem acesso a nada aqui.
account-see-offers = Ver o que há
account-included = { $title } já inclui isto: pode cancelar esta assinatura sem perder nada.
account-bank-asks = O seu banco pode pedir-lhe que confirme o pagamento.
account-confirm = Confirmar ou pagar na fatura
account-owes = Um pagamento não foi efetuado e o acesso terminou. Atualize o seu cartão e poderá continuar a ler.
account-pay = Pagar a fatura
account-also = Entrar também noutro dispositivo: enviar um e-mail
account-data = Descarregar os meus dados
account-delete = Eliminar a minha conta
back-to-account = Voltar à sua conta
withdrawn-refunded = O seu pagamento de { $title } foi reembolsado: o acesso correspondente terminou.
withdrawn-disputed = O seu banco está a verificar o seu pagamento de { $title }. Entretanto, o acesso fica suspenso.
withdrawn-dispute-lost = O seu banco recuperou o pagamento de { $title }: o acesso correspondente terminou.
withdrawn-fraud-warning = O seu banco tem uma pergunta sobre o seu pagamento de { $title } e o acesso fica suspenso.
holding-active = Assinatura ativa
holding-trial = Período de teste gratuito
holding-canceled = Cancelada
holding-paused = O proprietário deste site suspendeu os pagamentos
holding-due = O último pagamento não foi efetuado
holding-bought = Seu, com pagamento único
holding-given = Oferta do proprietário deste site
holding-registered = Grátis com o seu e-mail
holding-yours = Seu
holding-renews = Renova-se em { $date }
holding-first-payment = O primeiro pagamento será em { $date }
holding-read-until = Pode ler até { $date }
holding-due-by = Atualize o seu cartão até { $date } para continuar a ler
holding-until = Até { $date }
manage-billing = Gerir pagamentos
holding-with-amount = { $what }: { $amount }
manage-resume = Gerir pagamentos ou retomar
manage-card = Atualizar o cartão
manage-change = Mudar de plano
manage-end = Cancelar a subscrição

## Devices

devices-heading = Onde tem sessão iniciada
device-both = { $browser } em { $system }
device-unknown = Um navegador desconhecido
device-here = (este dispositivo)
device-since = Desde { $date }
device-seen = Desde { $since }, visto pela última vez em { $seen }
device-sign-out = Terminar a sessão
device-gave-way = A sessão em { $device }, visto pela última vez em { $seen }, foi terminada porque entrou noutro lugar. { $most ->
    [one] Pode ter sessão iniciada em, no máximo, { $most } dispositivo.
   *[other] Pode ter sessão iniciada em, no máximo, { $most } dispositivos ao mesmo tempo.
}
devices-sign-out-others = Terminar todas as outras sessões
devices-sign-out-all = Sair em todos os dispositivos
sign-out = Sair
signed-out-limit = A sua sessão foi terminada aqui porque, entretanto, entrou noutros dispositivos e eram demasiados ao mesmo tempo. Entre de novo: não precisa de pagar outra vez.
signed-out-elsewhere = A sua sessão já não está ativa aqui. Se pagou, entre de novo: não precisa de pagar outra vez.
signed-out-join-mail = O que comprou aqui pertence agora ao seu endereço de e-mail. Entre por e-mail: não precisa de pagar outra vez.
signed-out-join-ask = O que comprou aqui pertence agora ao seu endereço de e-mail. Peça a { $contact } um link de acesso: não precisa de pagar outra vez.

## New in accounts

signed-out-lost = Acabou de entrar ou de pagar? Então o seu navegador não guarda o cookie com que este site o reconhece: permita cookies de { $url } e entre de novo. Não precisa de pagar outra vez.
mail-sent-lead = Um e-mail está a caminho de { $email }. Abra o link no outro dispositivo em que quer ler. Serve durante dez minutos.
bounced-heading = Está a andar em círculos
bounced-no-cookie = Entrou ou pagou, mas o seu navegador não guarda o cookie com que este site o reconhece. Nada se perdeu e não precisa de pagar outra vez.
bounced-allow-cookies = Permita cookies de { $url }, ou abra a página noutro navegador e entre lá.
bounced-elsewhere = Está num endereço diferente daquele em que entram os leitores deste site. Nada se perdeu e não precisa de pagar outra vez.
bounced-read-there = Ler lá: { $url }
bounced-bad-cookie = Entrou ou pagou, mas o seu navegador envia um cookie que não é válido aqui. Nada se perdeu e não precisa de pagar outra vez.
bounced-delete-cookies = Apague os cookies de { $url } no seu navegador e entre de novo. Se isso não resolver, { $contact } pode ajudar: o relógio do servidor pode estar errado.
bounced-offer = Ver a oferta
farewell-title = Eliminar a sua conta
farewell-ask-heading = Eliminar a sua conta?
farewell-of = Esta é a conta de { $email }.
farewell-what = Tudo o que { $site } sabe sobre si é eliminado aqui: o seu endereço, os seus dispositivos e o que comprou. Não pode ser desfeito.
farewell-ends = { $title } termina de imediato. Nada mais é cobrado e perde-se o tempo pago que resta. Para ler até ao fim desse tempo, cancele primeiro na sua conta e volte depois.
farewell-bought = Perde-se também o que comprou com pagamento único.
farewell-bills = As faturas do que pagou ficam com { $site } e com a Stripe, que por lei as devem guardar.
farewell-sure = Eliminar definitivamente a minha conta
farewell-type = O seu endereço de e-mail, para que nenhum programa que verifica e-mails o possa fazer
farewell-other-address = Este não é o endereço desta conta. Nada foi eliminado.
farewell-send = Enviar-me o e-mail de confirmação
farewell-keep = Manter a minha conta
farewell-asked = Um e-mail está a caminho de { $email }. A sua conta será eliminada quando abrir o link e clicar no botão; até lá, nada acontece.
farewell-dead = Já foi usado, é demasiado antigo ou foi enviado um mais recente.
farewell-again = Começar de novo
farewell-done-heading = A sua conta foi eliminada
farewell-done = Nada mais é cobrado. A sua sessão terminou em todos os dispositivos.
farewell-letter-subject = Eliminar a sua conta em { $site }?
farewell-letter-lead = Alguém que entrou como { $email } quer eliminar esta conta. Se o pedido é seu, abra este link e clique no botão:
farewell-letter-once = { $minutes ->
    [one] O link serve durante { $minutes } minuto.
   *[other] O link serve durante { $minutes } minutos.
} O que paga termina de imediato, e isso não pode ser desfeito.
farewell-letter-not-you = O pedido não é seu? Então não faça nada e, na sua conta, saia em todos os dispositivos. Dúvidas: { $contact }
offer-free-sign-in = Entrar com o seu e-mail, é grátis
sign-in-lead-free = Escreva o seu endereço; se pagou, aquele com que pagou. Receberá um e-mail com um link e um código.
code-lead-free = Um e-mail está a caminho de { $email }. Escreva aqui o código e entrará neste navegador; ou abra o link onde quer ler.
