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
fault-page-token = Ce n’est pas un jeton de page qui a été donné.

fault-sequence = Un numéro de séquence est un texte de 16 chiffres qui ne commence pas par 0.
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
