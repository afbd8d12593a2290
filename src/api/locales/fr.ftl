### What the API says in French. Every message stands in all three files.

## Errors

error-faults = { $count ->
    [one] La requête contient une erreur ; voir errors.
   *[other] La requête contient { $count } erreurs ; voir errors.
}
error-not-found = Cela n’existe pas ici.
error-no-such-call = Cet appel n’existe pas.
error-wrong-method = Cet appel demande une autre méthode : { $allowed }.
error-too-large = Le corps dépasse { $max } octets.
error-unread = Le corps n’a pas pu être lu jusqu’au bout.
error-key-missing = Cet appel exige une Idempotency-Key, pour qu’un double envoi ne paie qu’une fois.
error-key-malformed = Une Idempotency-Key compte de 15 à 80 lettres, chiffres et traits d’union.
error-keys-differ = Idempotency-Key et X-Idempotency-Key portent deux clés. Envoyez-en une, ou la même dans les deux.
error-key-other = Cette Idempotency-Key a servi à une autre requête. Choisissez-en une nouvelle.
error-key-running = La première requête avec cette Idempotency-Key est encore en cours. Redemandez dans un instant.
error-too-often = Trop de requêtes. La prochaine est permise dans { $seconds } s.
error-busy = Trop de travaux sont en cours. Réessayez dans quelques secondes ; rien n’a été modifié.
error-ours = L’erreur vient de notre côté. Rien n’a été modifié.
error-changed-meanwhile = Cela a été modifié entre-temps. Relisez-le.

## Faults of a field

fault-missing = Cette valeur manque.
fault-malformed = Ce n’est pas du JSON : voir ligne { $line }, colonne { $column }.
fault-depth = L’imbrication dépasse { $max } niveaux.
fault-content-type = Il faut application/json.
fault-content-encoding = Envoyez le corps tel quel, sans encodage.
fault-name-twice = Ce nom figure deux fois dans son objet. Envoyez-le une fois.
fault-not-object = Il faut un objet.
fault-not-list = Il faut une liste.
fault-not-text = Il faut un texte.
fault-nul = Un caractère NUL ne peut pas être conservé.
fault-length = Il y a { $count } caractères ; il en faut de { $min } à { $max }.
fault-count = Il y a { $count } éléments ; il en faut de { $min } à { $max }.
fault-integer = Il faut un nombre entier de { $min } à { $max }.
fault-boolean = Il faut true ou false.
fault-decimal = Il faut un nombre décimal.
fault-digits = Un nombre de plus de { $max } chiffres a pu être arrondi. Envoyez-le comme texte.
fault-account-number = Il faut un numéro de 8 chiffres.
fault-account-differs = Cela diffère de l’en-tête X-Merchant-Account-Number, qui indique { $header }.
fault-grant-type = Le seul type d’octroi est ici client_credentials.
fault-named-twice = Le client se nomme déjà dans l’en-tête Authorization.
fault-more = { $count ->
    [one] Il y a une erreur de plus.
   *[other] Il y a { $count } erreurs de plus.
}

## Batch statuses

batch-queued = En file d’attente
batch-matching = En attente des colonnes
batch-validating = Validation en cours
batch-failed = Échec
batch-error = Erreur
batch-open = Ouvert
batch-awaiting_review = En attente de révision
batch-awaiting_approval = En attente d’approbation
batch-awaiting_release = En attente de libération
batch-approved = Approuvé
batch-paying = En cours de traitement
batch-paused = En pause
batch-completed = Terminé
batch-rejected = Rejeté
batch-cancelled = Annulé

## Refusals

refusal-edit = Un lot « { $status } » ne peut pas être modifié.
refusal-reschedule = Un lot « { $status } » ne peut pas être reporté.
refusal-not-editable = La ligne { $row } est { $status }. Seuls les paiements SCHEDULED ou VALIDATION_FAILED peuvent être modifiés.
refusal-submit = Un lot « { $status } » ne peut pas être soumis.
refusal-recall = Un lot « { $status } » ne peut pas être rappelé.
refusal-review = Un lot « { $status } » ne peut pas être révisé.
refusal-approve = Un lot « { $status } » ne peut pas être approuvé.
refusal-release = Un lot « { $status } » ne peut pas être libéré.
refusal-return = Un lot « { $status } » ne peut pas être renvoyé.
refusal-reject = Un lot « { $status } » ne peut pas être rejeté.
refusal-cancel = Un lot « { $status } » ne peut pas être annulé.
refusal-pause = Un lot « { $status } » ne peut pas être mis en pause.
refusal-resume = Un lot « { $status } » ne peut pas être repris.
refusal-fingerprint = Le lot a changé depuis votre lecture. Relisez-le avant de signer.
refusal-unseen = Rien ne dit quel contenu du lot vous signez. Appelez d'abord getBatch avec ce client, ou envoyez expectedFingerprint.
refusal-row = Cette ligne a changé depuis votre lecture. Relisez-la avant de la corriger.
refusal-nobody = Ce lot exige { $eyes } yeux, et personne d’autre d’actif ici n’a la permission { $permission }.
refusal-figures = Les chiffres de contrôle ne concordent pas : { $figures }
refusal-shortfall = { $available } sont disponibles et le lot exige { $needed } : il manque { $shortfall }.
refusal-references = Des références sont déjà payées, en cours ou réservées : { $count }, la première étant « { $first } » du lot { $batch }.
refusal-all-claimed = Tous les paiements de ce lot sont déjà pris en charge et ne peuvent plus être rappelés.
refusal-nothing-payable = Aucune ligne de ce lot n’est payable. Corrigez-en au moins une d’abord.
refusal-comparing = Les coordonnées bancaires de ce lot sont en cours de comparaison avec les paiements passés. Réessayez dans un instant.
refusal-cooling-down = Des coordonnées bancaires ont changé depuis le dernier paiement ; nombre de lignes : { $rows }. Ce compte impose un délai de { $hours } h : le lot pourra être approuvé à partir de { $until }.
refusal-not-again = « { $reference } » ne peut pas être payé de nouveau en l’état.
refusal-proposal = Une proposition s’y oppose, ou ne peut pas être décidée ainsi.

## Faults of the dialects

fault-fingerprint = Il faut une empreinte de 64 chiffres hexadécimaux.
fault-not-scheduled = Ce champ doit être nul quand isBatchScheduled est false.
fault-base64 = Ce n’est pas du base64.
fault-not-json = Lecture impossible : { $what }
fault-one-of = Il faut l’une des valeurs { $list }.
fault-metadata-pair = Écrivez metadata[nom]=valeur.
fault-two-values = Deux valeurs sont demandées ; aucun paiement n’a les deux.
fault-page-token = Ce n’est pas un jeton de page qui a été donné.

fault-sequence = Un numéro de séquence est un texte de 16 chiffres.
fault-sequence-twice = Ce numéro de séquence figure aussi dans { $other }.
fault-sequence-used = Ce numéro de séquence est déjà utilisé sur le compte.
fault-bank = Une destination bancaire exige iban, ou account_number et bank_code.
fault-date-unreadable = Cette date est illisible. Écrivez-la AAAA-MM-JJ, ou avec une heure AAAA-MM-JJTHH:MM.
fault-date-form = Cette date n’est pas écrite AAAA-MM-JJ. Écrivez { $day }.
fault-date-either = Cette date n’est pas écrite AAAA-MM-JJ. Écrivez { $day } ou { $or }, selon ce qui est voulu.
fault-date-past = Cette date est passée. Choisissez aujourd’hui ou plus tard, ou omettez-la pour payer dès l’approbation.
fault-date-far = Cette date est à plus de { $days } jours. Choisissez un jour plus proche.
fault-fixed = Cela reste tel qu’il a été envoyé. Omettez-le, ou envoyez-le tel quel.
fault-not-of-wallet = Un portefeuille n’a pas ce champ : envoyez une destination bancaire.
fault-unknown-payout = Aucun paiement de ce lot n’est désigné : indiquez id ou sequence_number. Rien ne peut être ajouté.
fault-not-editable = Un paiement { $status } ne peut pas être modifié.
fault-payout-twice = Ce paiement est désigné deux fois.
fault-uuid = Il faut un identifiant (UUID).
fault-url = Il faut une adresse https joignable de l’extérieur, sans nom ni mot de passe.
told-url-limit = Les requêtes de ce client ont nommé { $max } adresses, ce qui est la limite. Nommez-en une déjà connue, ou retirez-en une sous Webhooks.
fault-moment = Il faut une date (AAAA-MM-JJ) ou un instant (RFC 3339).

## Statuts des opérations

transaction-pending = En attente
transaction-due = Approuvé
transaction-in-progress = En cours
transaction-paid = Payé
transaction-failed = Échoué
transaction-invalid = Non valide
transaction-rejected = Rejeté
transaction-cancelled = Annulé
transaction-returned = Retourné

## Colonnes

field-reference = la référence
field-beneficiary-name = le nom du bénéficiaire
field-iban = l’IBAN
field-account-number = le numéro de compte
field-bank-code = le code de la banque
field-mobile = le numéro de mobile
field-provider = l’opérateur du portefeuille
field-country = le pays
field-city = la ville
field-email = l’adresse e-mail
field-amount = le montant
field-currency = la devise
field-purpose = le motif
field-comment = le commentaire
field-pay-on = la date de paiement

## Ce qui est conservé avec les lignes et les lots

told-destination = La destination manque : indiquez l’IBAN, ou le numéro de compte et le code de la banque, ou le mobile.
told-total-line = La destination manque, comme dans une ligne de totaux.
told-two-destinations = L’IBAN et le numéro de compte sont tous deux remplis : gardez l’un des deux.
told-missing = Il manque { $field }.
told-provider = Un opérateur de portefeuille à côté d’un compte bancaire : effacez l’un des deux.
told-iban-check = Les chiffres de contrôle de l’IBAN ne correspondent pas.
told-iban-form = L’IBAN n’est pas fait de 2 lettres, de 2 chiffres et de 30 lettres et chiffres au plus.
told-iban-length = L’IBAN n’a ni la longueur ni la forme du pays { $country }.
told-iban-nowhere = L’IBAN commence par { $country }, qui n’a pas d’IBAN.
told-characters = D’autres signes que des lettres et des chiffres dans { $field }.
told-too-long = Trop long, { $field } : { $count } caractères ; la limite est de { $limit }.
told-country = Le pays n’est pas un code de 2 lettres (ISO 3166-1), comme MW.
told-email = Cette adresse e-mail ne peut pas servir.
told-amount = Le montant n’est pas un nombre.
told-scientific = Le montant est en notation scientifique : écrivez tous les chiffres.
told-grouping = Les milliers du montant ne sont pas groupés par trois chiffres.
told-decimals = Trop de décimales : { $currency } en a { $decimals }.
told-not-positive = Le montant n’est pas supérieur à zéro.
told-too-large = Le montant dépasse la limite de { $limit }.
told-other-style = Point et virgule du montant sont à l’inverse du reste du fichier.
told-currency = La devise n’est pas celle du compte, { $currency }.
told-purpose = Le motif n’est pas l’un des { $count } qui existent.
told-mobile-characters = Le numéro de mobile contient d’autres signes que des chiffres.
told-mobile-calling-code = Le numéro de mobile n’a l’indicatif d’aucun pays.
told-mobile-short = Il manque { $count } chiffre(s) au numéro de mobile pour { $country }.
told-mobile-long = Le numéro de mobile a { $count } chiffre(s) de trop pour { $country }.
told-mobile-unknown = Ce numéro de mobile n’existe pas dans le pays { $country }.
told-date = Cette date est illisible : écrivez-la AAAA-MM-JJ.
told-date-form = La date n’est pas écrite AAAA-MM-JJ.
told-date-past = Cette date est passée.
told-date-far = Cette date est à plus de { $days } jours.
told-reference-twice = La même référence figure à la ligne { $row }.
told-reference-used = Cette référence est déjà payée, ou en cours de paiement, dans le lot { $batch }.
told-total = Avec cette ligne, le lot dépasse la limite de { $limit }.
told-left-out = Laissé hors de ce lot.
told-zeros-lost = Le numéro de compte a { $count } chiffres, les autres de { $bank } en ont { $length } : les zéros du début se sont perdus.
told-not-submitted = Le lot n’a pas été soumis : { $reason }.
told-file-empty = Le fichier est vide. Envoyez un fichier CSV ou XLSX avec une ligne d’en-tête et au moins 1 ligne en dessous.
told-file-header = Le fichier a une ligne d’en-tête, mais aucune ligne en dessous. Ajoutez au moins 1 ligne et renvoyez-le.
told-file-large = Le fichier dépasse la limite de { $mib } Mio. Divisez-le en fichiers plus petits.
told-file-rows = Le fichier a plus de { $limit } lignes. Divisez-le en fichiers de { $most } lignes au plus.
told-file-not-sheet = Le fichier n’est pas une feuille de calcul ({ $what }). Enregistrez la liste en XLSX ou CSV et envoyez celle-ci.
told-file-password = Le fichier est protégé par un mot de passe. Enregistrez une copie sans mot de passe et envoyez celle-ci.
told-reason-client-gone = le client API qui l’a envoyé ne peut plus agir
told-reason-nobody-approves = ce lot demande { $level } ({ $eyes } yeux), et personne d’autre d’actif ici ne peut approuver de lots
told-reason-nobody-reviews = ce lot demande { $level } ({ $eyes } yeux), et personne d’autre d’actif ici ne peut réviser de lots
told-reason-permission = vos rôles ne vous permettent pas de charger, corriger et soumettre des lots
told-reason-nothing-payable = aucune ligne de ce lot n’est payable ; corrigez d’abord au moins une ligne
told-rail-silent = Le réseau de paiement n’a pas répondu ; il est interrogé sur ce paiement
told-sandbox-paid = Payé
told-sandbox-queued = En file d’attente
told-sandbox-on-its-way = En route vers le bénéficiaire
told-sandbox-rejected = La banque du bénéficiaire a rejeté le paiement
told-sandbox-canceled = Annulé par le réseau de paiement
told-sandbox-sent-back = Renvoyé par la banque du bénéficiaire
told-sandbox-refused = la création de l’ordre de paiement a échoué
told-cancelled-by-api = Annulé par l’API
told-invalid-reason = Donnez une raison, pour que les autres sachent que faire.
told-invalid-reason-long = La raison compte { $count } caractères ; la limite est de { $limit }. Raccourcissez-la.
told-invalid-name = Donnez un nom au lot.
told-invalid-name-long = Le nom compte { $count } caractères ; la limite est de { $limit }. Raccourcissez-le.
told-file-other-sheet = Le fichier ne se lit pas ici ({ $what }). Enregistrez-le en XLSX ou CSV dans votre tableur et envoyez cette copie.
told-file-damaged = Le classeur est abîmé et illisible. Ouvrez-le dans votre tableur, enregistrez-le à nouveau en XLSX et envoyez cette copie.
told-file-no-such-cell = Le classeur a une cellule en « { $place } », mais une feuille s’arrête à XFD1048576. Ouvrez-le dans votre tableur, enregistrez-le à nouveau en XLSX et envoyez cette copie.
told-file-parts = Le classeur contient plus de { $limit } éléments. Copiez les lignes dans un nouveau classeur et envoyez celui-ci.
told-file-part-large = Un élément du classeur dépasse { $limit } Mo une fois décompressé. Copiez les lignes dans un nouveau classeur, ou enregistrez-le en CSV, et envoyez cela.
told-file-unpacks-large = Le classeur dépasse { $limit } Mo une fois décompressé. Copiez les lignes dans un nouveau classeur, ou enregistrez-le en CSV, et envoyez cela.
told-file-columns = La ligne { $row } a plus de { $limit } colonnes. Retirez les colonnes inutiles et renvoyez le fichier.
told-file-heading-long = L’en-tête de la colonne { $column } compte { $count } caractères ; la limite est de { $limit }. Raccourcissez-le et renvoyez le fichier.
told-file-cell-large = La cellule de la ligne { $row }, colonne { $column }, contient plus de { $limit } Kio de texte. Raccourcissez-la et renvoyez le fichier.
told-file-row-large = La ligne { $row } dépasse { $limit } Kio. Si un guillemet (") s’y ouvre sans se fermer, fermez-le ou retirez-le et renvoyez le fichier.
told-file-text-large = Le fichier contient plus de { $limit } Mio de texte. Divisez-le en fichiers plus petits.
told-file-open-quote = Un guillemet (") s’ouvre à la ligne { $row } et ne se ferme jamais. Fermez-le ou retirez-le et renvoyez le fichier.
told-file-no-heading = La ligne { $row } a du texte dans la colonne { $column }, qui n’a pas d’en-tête à la ligne { $header }. Donnez un en-tête à la colonne ou videz la cellule ; { $hint } ; si la ligne { $again } est un titre, retirez les lignes au-dessus des en-têtes.
told-hint-quotes = dans un fichier CSV, mettez entre guillemets le texte qui contient le séparateur
told-hint-two-rows = si les en-têtes occupent deux lignes, mettez-les sur une seule
told-file-title = La ligne { $title_row } ne contient que « { $title } », or la première ligne non vide doit porter les en-têtes. Retirez les lignes au-dessus de la ligne { $row } et renvoyez le fichier.
told-file-json = Le JSON est rompu après l’élément { $after } : on attendait { $expected }. Envoyez un tableau d’objets, un par paiement.
told-file-entry = L’élément { $row } du JSON est illisible : { $what }. Corrigez-le et renvoyez la liste.
told-file-costly = La lecture du fichier demande plus de { $memory } Mio de mémoire ou { $seconds } secondes. Enregistrez-le en XLSX ou CSV dans votre tableur et envoyez cette copie.
told-file-not-now = Le fichier ne peut pas être lu pour le moment. Renvoyez-le plus tard.
told-file-unreadable = Le fichier n’a pas pu être lu. Renvoyez-le.
told-what-deep = il est imbriqué trop profondément
told-what-xlsb = un classeur Excel binaire (.xlsb)
told-what-xls = un ancien classeur Excel (.xls)
told-what-text-document = un document de texte
told-what-presentation = une présentation
told-what-numbers = un document Numbers
told-what-zip = une archive zip
told-what-binary = un fichier binaire
told-what-old-office = un ancien document Office
told-what-pdf = un PDF
told-what-image = une image
told-what-compressed = un fichier compressé
told-what-program = un programme
told-what-html = une page web (HTML), que certains programmes nomment .xls
told-what-xml = un document XML
told-what-value-long = une valeur est trop longue
told-what-objects = un tableau d’objets
told-what-transactions = un tableau de transactions
told-what-one-transactions = un seul tableau de transactions
told-what-name = un nom entre guillemets
told-what-colon = deux-points après un nom
told-what-value = une valeur
told-what-value-end = la fin d’une valeur
told-what-text-end = la fin d’un texte
told-what-array-end = une virgule ou la fin du tableau
told-what-object-end = une virgule ou la fin de l’objet
told-what-object = un objet
told-what-end = la fin
told-what-expected = on attendait { $expected }
told-what-once = chaque nom une seule fois
told-what-once-transactions = chaque nom une seule fois et un tableau de transactions
