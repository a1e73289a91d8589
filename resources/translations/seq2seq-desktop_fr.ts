<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Seq2Seq Desktop</source>
        <translation>À propos de Seq2Seq Desktop</translation>
    </message>
    <message>
        <source>About this program and its licences</source>
        <translation>À propos de ce programme et de ses licences</translation>
    </message>
    <message>
        <source>See, steer and train sequence-to-sequence models on your own computer.</source>
        <translation>Voir, guider et entraîner des modèles séquence à séquence sur votre propre ordinateur.</translation>
    </message>
    <message>
        <source>Apache License 2.0. Nothing leaves this machine; there is no telemetry and no update check.</source>
        <translation>Licence Apache 2.0. Rien ne quitte cette machine&#xa0;: ni télémétrie, ni recherche de mises à jour.</translation>
    </message>
    <message>
        <source>Qt is used unmodified under the LGPL 3.0 and may be replaced by another build of it.</source>
        <translation>Qt est utilisé sans modification sous LGPL 3.0 et peut être remplacé par une autre version.</translation>
    </message>
</context>
<context>
    <name>AttentionMatrix</name>
    <message>
        <source>Attention map</source>
        <translation>Carte d’attention</translation>
    </message>
    <message>
        <source>How much each word of the translation looked at each source word. Wheel: zoom, drag: move.</source>
        <translation>Combien chaque mot de la traduction a regardé chaque mot source. Molette&#xa0;: zoom, glisser&#xa0;: déplacer.</translation>
    </message>
    <message>
        <source>Attention map, drawing</source>
        <translation>Carte d’attention, dessin</translation>
    </message>
</context>
<context>
    <name>BeamTree</name>
    <message>
        <source>Tree of beams</source>
        <translation>Arbre des faisceaux</translation>
    </message>
    <message>
        <source>Every hypothesis the search kept, with its score. Wheel: zoom, drag: move.</source>
        <translation>Toutes les hypothèses que la recherche a gardées, avec leur score. Molette&#xa0;: zoom, glisser&#xa0;: déplacer.</translation>
    </message>
</context>
<context>
    <name>BranchPopup</name>
    <message>
        <source>Other words for this place</source>
        <translation>D’autres mots à cet endroit</translation>
    </message>
    <message>
        <source>Other words, the likeliest first</source>
        <translation>D’autres mots, le plus probable d’abord</translation>
    </message>
    <message>
        <source>Another word of your own</source>
        <translation>Un autre mot, de votre choix</translation>
    </message>
    <message>
        <source>or type your own…</source>
        <translation>ou écrivez le vôtre…</translation>
    </message>
    <message>
        <source>(end here)</source>
        <translation>(finir ici)</translation>
    </message>
</context>
<context>
    <name>CaptionPane</name>
    <message>
        <source>Caption</source>
        <translation>Légende</translation>
    </message>
    <message>
        <source>The caption appears here. Click a word to choose another.</source>
        <translation>La légende apparaît ici. Cliquez sur un mot pour en choisir un autre.</translation>
    </message>
    <message>
        <source>Caption before the choice</source>
        <translation>Légende avant le choix</translation>
    </message>
    <message>
        <source>Other captions of this picture</source>
        <translation>Autres légendes de cette image</translation>
    </message>
    <message>
        <source>Other captions of this picture, the best first, with their scores</source>
        <translation>Autres légendes de cette image, les meilleures d’abord, avec leur score</translation>
    </message>
    <message>
        <source>Write the caption yourself; words that you leave keep where they looked</source>
        <translation>Écrire vous-même la légende&#xa0;; les mots gardés conservent l’endroit qu’ils ont regardé</translation>
    </message>
    <message>
        <source>Edit the caption</source>
        <translation>Modifier la légende</translation>
    </message>
    <message>
        <source>&amp;Translate</source>
        <translation>&amp;Traduire</translation>
    </message>
    <message>
        <source>Send the caption to the Translate tab</source>
        <translation>Envoyer la légende à l’onglet Traduire</translation>
    </message>
    <message>
        <source>Save as &amp;one file (CSV, JSON lines, text)…</source>
        <translation>Enregistrer en &amp;un seul fichier (CSV, lignes JSON, texte)…</translation>
    </message>
    <message>
        <source>Save a text file &amp;beside each picture</source>
        <translation>Enregistrer un fichier texte à &amp;côté de chaque image</translation>
    </message>
    <message>
        <source>Write &amp;into the pictures themselves…</source>
        <translation>Écrire &amp;dans les images elles-mêmes…</translation>
    </message>
    <message>
        <source>{word}: probability {percent} %. Click for other words.</source>
        <translation>{word}&#xa0;: probabilité {percent}&#xa0;%. Cliquez pour d’autres mots.</translation>
    </message>
    <message>
        <source>{word}: written by you</source>
        <translation>{word}&#xa0;: écrit par vous</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Terminé</translation>
    </message>
    <message>
        <source>E&amp;dit</source>
        <translation>&amp;Corriger</translation>
    </message>
</context>
<context>
    <name>CaptionTab</name>
    <message>
        <source>There is no picture on the clipboard</source>
        <translation>Il n’y a pas d’image dans le presse-papiers</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>Ouvrir un dossier d’images</translation>
    </message>
    <message>
        <source>There is no picture in it</source>
        <translation>Il ne contient aucune image</translation>
    </message>
    <message>
        <source>Choose pictures, or their folder</source>
        <translation>Choisissez des images, ou leur dossier</translation>
    </message>
    <message>
        <source>Cancelled; what was there stays</source>
        <translation>Annulé&#xa0;; ce qui était là reste</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Continuer</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Corrigé</translation>
    </message>
    <message>
        <source>No caption was found</source>
        <translation>Aucune légende n’a été trouvée</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
    <message>
        <source>Written into {name}</source>
        <translation>Écrit dans {name}</translation>
    </message>
    <message>
        <source>Written into {count} pictures</source>
        <translation>Écrit dans {count} images</translation>
    </message>
    <message>
        <source>{count} pictures are as they were. The first one: {problem}</source>
        <translation>{count} images sont restées telles quelles. La première&#xa0;: {problem}</translation>
    </message>
</context>
<context>
    <name>ChoiceBar</name>
    <message>
        <source>Sentences of the text</source>
        <translation>Phrases du texte</translation>
    </message>
    <message>
        <source>In other words</source>
        <translation>En d’autres termes</translation>
    </message>
    <message>
        <source>Headline</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Short</source>
        <translation>Court</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Moyen</translation>
    </message>
    <message>
        <source>Long</source>
        <translation>Long</translation>
    </message>
    <message>
        <source>How the summary is made</source>
        <translation>Manière de résumer</translation>
    </message>
    <message>
        <source>Sentences as they stand in the text, which invent nothing, or words of the model&apos;s own</source>
        <translation>Des phrases telles qu’elles sont dans le texte, qui n’inventent rien, ou des mots du modèle</translation>
    </message>
    <message>
        <source>Length of the summary</source>
        <translation>Longueur du résumé</translation>
    </message>
    <message>
        <source>Headline: 1 sentence, short: up to 3, medium: up to 7, long: up to 15, if the text has them</source>
        <translation>Titre&#xa0;: 1 phrase, court&#xa0;: jusqu’à 3, moyen&#xa0;: jusqu’à 7, long&#xa0;: jusqu’à 15, si le texte les a</translation>
    </message>
    <message>
        <source>Na&amp;mes and numbers only from the text</source>
        <translation>No&amp;ms et nombres du texte seulement</translation>
    </message>
    <message>
        <source>The model may not write a number or a name that the text does not have</source>
        <translation>Le modèle n’écrit ni nombre ni nom qui ne soit dans le texte</translation>
    </message>
</context>
<context>
    <name>ColumnView</name>
    <message>
        <source>Translation by {name}</source>
        <translation>Traduction de {name}</translation>
    </message>
    <message>
        <source>Map of {name}</source>
        <translation>Carte de {name}</translation>
    </message>
    <message>
        <source>Attention, mean of all layers and heads</source>
        <translation>Attention, moyenne des couches et des têtes</translation>
    </message>
    <message>
        <source>This model has no attention</source>
        <translation>Ce modèle n’a pas d’attention</translation>
    </message>
    <message>
        <source>{word}: probability {percent} %</source>
        <translation>{word}&#xa0;: probabilité de {percent} %</translation>
    </message>
    <message>
        <source>{millions} million parameters</source>
        <translation>{millions} millions de paramètres</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>translating…</source>
        <translation>traduction…</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>chargement…</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>{speed} tokens/s</source>
        <translation>{speed} jetons/s</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation>score {score}</translation>
    </message>
</context>
<context>
    <name>CompareWindow</name>
    <message>
        <source>Compare models</source>
        <translation>Comparer des modèles</translation>
    </message>
    <message>
        <source>Sentence to compare</source>
        <translation>Phrase à comparer</translation>
    </message>
    <message>
        <source>A sentence for all models</source>
        <translation>Une phrase pour tous les modèles</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Comparer</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>The maps as a picture, or texts and figures as a page or a table</source>
        <translation>Les cartes en image, ou textes et chiffres en page ou en tableau</translation>
    </message>
    <message>
        <source>Models to compare</source>
        <translation>Modèles à comparer</translation>
    </message>
    <message>
        <source>There is only one model for these languages, and a comparison takes two</source>
        <translation>Il n’y a qu’un modèle pour ces langues, et une comparaison en demande deux</translation>
    </message>
    <message>
        <source>Put others into {folder}</source>
        <translation>Placez-en d’autres dans {folder}</translation>
    </message>
    <message>
        <source>A comparison takes two models</source>
        <translation>Une comparaison demande deux modèles</translation>
    </message>
    <message>
        <source>Tick another one</source>
        <translation>Cochez-en un autre</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Il n’y a encore rien à enregistrer</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>Enregistrer la comparaison</translation>
    </message>
    <message>
        <source>comparison</source>
        <translation>comparaison</translation>
    </message>
    <message>
        <source>Save &amp;elsewhere…</source>
        <translation>Enregistrer &amp;ailleurs…</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Enregistré sous {name}</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>What happened</source>
        <translation>Ce qui s’est passé</translation>
    </message>
    <message>
        <source>This was written when the program ended. It stays on this computer, in {file}.</source>
        <translation>Ceci a été écrit quand le programme s’est arrêté. Cela reste sur cet ordinateur, dans {file}.</translation>
    </message>
    <message>
        <source>Crash log</source>
        <translation>Journal de l’arrêt</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
</context>
<context>
    <name>DirectionBar</name>
    <message>
        <source>Detect</source>
        <translation>Détecter</translation>
    </message>
    <message>
        <source>Language of the text</source>
        <translation>Langue du texte</translation>
    </message>
    <message>
        <source>Language of the translation</source>
        <translation>Langue de la traduction</translation>
    </message>
    <message>
        <source>Swap the languages; the translation becomes the text</source>
        <translation>Échanger les langues&#xa0;; la traduction devient le texte</translation>
    </message>
    <message>
        <source>Swap the languages</source>
        <translation>Échanger les langues</translation>
    </message>
    <message>
        <source>Compare &amp;models…</source>
        <translation>Comparer des &amp;modèles…</translation>
    </message>
    <message>
        <source>The same sentence through several models, side by side (Ctrl+M)</source>
        <translation>La même phrase par plusieurs modèles, côte à côte (Ctrl+M)</translation>
    </message>
    <message>
        <source>A file of your own terms: source term, tab, target term, one a line</source>
        <translation>Un fichier de vos propres termes&#xa0;: terme source, tabulation, terme cible, un par ligne</translation>
    </message>
    <message>
        <source>Do without the glossary</source>
        <translation>Se passer du glossaire</translation>
    </message>
    <message>
        <source>&amp;Glossary…</source>
        <translation>&amp;Glossaire…</translation>
    </message>
    <message>
        <source>&amp;Glossary: {name}</source>
        <translation>&amp;Glossaire&#xa0;: {name}</translation>
    </message>
    <message>
        <source>{language} detected</source>
        <translation>Détecté&#xa0;: {language}</translation>
    </message>
    <message>
        <source>Looks like {other}; read as {language}</source>
        <translation>On dirait&#xa0;: {other}&#xa0;; lu comme&#xa0;: {language}</translation>
    </message>
</context>
<context>
    <name>DocumentPane</name>
    <message>
        <source>Text to summarize</source>
        <translation>Texte à résumer</translation>
    </message>
    <message>
        <source>Type or paste a text, or drop a document here. What the summary comes from is shaded.</source>
        <translation>Tapez ou collez un texte, ou déposez ici un document. Ce dont vient le résumé y est ombré.</translation>
    </message>
    <message>
        <source>Kinds of files that can be summarized; several at once, or a folder</source>
        <translation>Genres de fichiers que l’on peut résumer&#xa0;; plusieurs à la fois, ou un dossier</translation>
    </message>
</context>
<context>
    <name>FileList</name>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Files to translate</source>
        <translation>Fichiers à traduire</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progression</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Temps restant</translation>
    </message>
    <message>
        <source>Save &amp;into…</source>
        <translation>Enregistrer &amp;dans…</translation>
    </message>
    <message>
        <source>Choose the folder for the translations; otherwise they go beside the files</source>
        <translation>Choisir le dossier des traductions&#xa0;; sinon elles vont à côté des fichiers</translation>
    </message>
    <message>
        <source>&amp;Back to the text</source>
        <translation>&amp;Revenir au texte</translation>
    </message>
    <message>
        <source>Progress of {name}</source>
        <translation>Progression de {name}</translation>
    </message>
    <message>
        <source>beside the files</source>
        <translation>à côté des fichiers</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>being read</source>
        <translation>en lecture</translation>
    </message>
    <message>
        <source>being translated</source>
        <translation>en cours de traduction</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pause</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>enregistré</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Where each word looked</source>
        <translation>Ce que chaque mot a regardé</translation>
    </message>
    <message>
        <source>Where each word looked. Click a word to choose another.</source>
        <translation>Ce que chaque mot a regardé. Cliquez sur un mot pour en choisir un autre.</translation>
    </message>
</context>
<context>
    <name>GenerateTab</name>
    <message>
        <source>Save the text</source>
        <translation>Enregistrer le texte</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texte</translation>
    </message>
    <message>
        <source>characters</source>
        <translation>caractères</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Rechercher</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>Rechercher dans l’historique</translation>
    </message>
    <message>
        <source>Earlier results</source>
        <translation>Résultats précédents</translation>
    </message>
    <message>
        <source>&amp;Keep a history</source>
        <translation>&amp;Garder un historique</translation>
    </message>
    <message>
        <source>Keep a history</source>
        <translation>Garder un historique</translation>
    </message>
    <message>
        <source>Clear all…</source>
        <translation>Tout effacer…</translation>
    </message>
    <message>
        <source>Clear the whole history</source>
        <translation>Effacer tout l’historique</translation>
    </message>
    <message>
        <source>Close the history</source>
        <translation>Fermer l’historique</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Rien trouvé.</translation>
    </message>
    <message>
        <source>Results will be listed here.</source>
        <translation>Les résultats apparaîtront ici.</translation>
    </message>
    <message>
        <source>The history is off; nothing is kept.</source>
        <translation>L’historique est désactivé&#xa0;; rien n’est gardé.</translation>
    </message>
    <message>
        <source>Forget every result? This cannot be undone.</source>
        <translation>Oublier tous les résultats&#xa0;? C’est sans retour.</translation>
    </message>
    <message>
        <source>Clear the history</source>
        <translation>Effacer l’historique</translation>
    </message>
</context>
<context>
    <name>LanguageBar</name>
    <message>
        <source>Language that is spoken</source>
        <translation>Langue parlée</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>The model that writes down what it hears</source>
        <translation>Le modèle qui met par écrit ce qu’il entend</translation>
    </message>
    <message>
        <source>Write in En&amp;glish</source>
        <translation>Écrire en an&amp;glais</translation>
    </message>
    <message>
        <source>Translate what is said into English while it is written down</source>
        <translation>Traduire en anglais ce qui est dit, au fil de l’écriture</translation>
    </message>
    <message>
        <source>heard: {language}</source>
        <translation>entendu&#xa0;: {language}</translation>
    </message>
    <message>
        <source>Detect the language</source>
        <translation>Détecter la langue</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Level of the microphone</source>
        <translation>Niveau du micro</translation>
    </message>
    <message>
        <source>How loud the microphone is; speech is good around the middle</source>
        <translation>Le niveau du micro&#xa0;; pour la parole, vers le milieu est bien</translation>
    </message>
    <message>
        <source>too loud</source>
        <translation>trop fort</translation>
    </message>
    <message>
        <source>{level} dB</source>
        <translation>{level}&#xa0;dB</translation>
    </message>
    <message>
        <source>too loud: speak more softly or turn the microphone down</source>
        <translation>trop fort&#xa0;: parlez plus doucement ou baissez le micro</translation>
    </message>
</context>
<context>
    <name>ListDesk</name>
    <message>
        <source>Save the summaries into</source>
        <translation>Enregistrer les résumés dans</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open files</source>
        <translation>Ouvrir des fichiers</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Tâches</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menu</translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <translation>&amp;Ouvrir des fichiers…</translation>
    </message>
    <message>
        <source>&amp;Run again</source>
        <translation>&amp;Relancer</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>A&amp;nnuler</translation>
    </message>
    <message>
        <source>Copy the out&amp;put</source>
        <translation>&amp;Copier le résultat</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Défaire</translation>
    </message>
    <message>
        <source>Re&amp;do</source>
        <translation>Re&amp;faire</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Historique</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Réglages…</translation>
    </message>
    <message>
        <source>Shortcuts (&amp;keys)</source>
        <translation>Raccourcis c&amp;lavier</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>À &amp;propos</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
</context>
<context>
    <name>MapPane</name>
    <message>
        <source>Saliency (input gradient), not attention</source>
        <translation>Saillance (gradient d’entrée), pas d’attention</translation>
    </message>
    <message>
        <source>Pie&amp;ces</source>
        <translation>Mor&amp;ceaux</translation>
    </message>
    <message>
        <source>Show the pieces of words that the model reads and writes</source>
        <translation>Montrer les morceaux de mots que le modèle lit et écrit</translation>
    </message>
    <message>
        <source>&amp;Marks</source>
        <translation>&amp;Marques</translation>
    </message>
    <message>
        <source>Show tokens that stand for no text: language, end of sentence</source>
        <translation>Montrer les jetons qui ne sont pas du texte&#xa0;: langue, fin de phrase</translation>
    </message>
    <message>
        <source>Sentence before</source>
        <translation>Phrase précédente</translation>
    </message>
    <message>
        <source>Next sentence</source>
        <translation>Phrase suivante</translation>
    </message>
    <message>
        <source>Tree of beams</source>
        <translation>Arbre des faisceaux</translation>
    </message>
    <message>
        <source>What might stand at this place</source>
        <translation>Ce qui pourrait se trouver à cette place</translation>
    </message>
    <message>
        <source>Show the whole map</source>
        <translation>Montrer toute la carte</translation>
    </message>
    <message>
        <source>Co&amp;verage</source>
        <translation>Cou&amp;verture</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>Couverture</translation>
    </message>
    <message>
        <source>Dim the regions that no word looked at</source>
        <translation>Assombrir les régions qu’aucun mot n’a regardées</translation>
    </message>
    <message>
        <source>Opacit&amp;y</source>
        <translation>O&amp;pacité</translation>
    </message>
    <message>
        <source>Opacity of where a word looked</source>
        <translation>Opacité de ce qu’un mot a regardé</translation>
    </message>
    <message>
        <source>Save the map as PNG, SVG or CSV…</source>
        <translation>Enregistrer la carte en PNG, SVG ou CSV…</translation>
    </message>
    <message>
        <source>Character {number}</source>
        <translation>Caractère {number}</translation>
    </message>
    <message>
        <source>Map of the likeliest characters</source>
        <translation>Carte des caractères les plus probables</translation>
    </message>
    <message>
        <source>How likely each character was at each place of the text. Wheel: zoom, drag: move.</source>
        <translation>Probabilité de chaque caractère à chaque place du texte. Molette&#xa0;: zoom, glisser&#xa0;: déplacer.</translation>
    </message>
    <message>
        <source>At character {number}, {written}: {candidate} {percent} %</source>
        <translation>Au caractère {number}, {written}&#xa0;: {candidate} {percent}&#xa0;%</translation>
    </message>
    <message>
        <source>Colours of the map</source>
        <translation>Couleurs de la carte</translation>
    </message>
    <message>
        <source>Sentence {index} of {count}</source>
        <translation>Phrase {index} sur {count}</translation>
    </message>
    <message>
        <source>Stretch before</source>
        <translation>Passage précédent</translation>
    </message>
    <message>
        <source>Next stretch</source>
        <translation>Passage suivant</translation>
    </message>
    <message>
        <source>Show the whole stretch</source>
        <translation>Afficher tout le passage</translation>
    </message>
    <message>
        <source>Be silent</source>
        <translation>Arrêter le son</translation>
    </message>
    <message>
        <source>Hear this stretch</source>
        <translation>Écouter ce passage</translation>
    </message>
    <message>
        <source>Stretch {index} of {count}</source>
        <translation>Passage {index} sur {count}</translation>
    </message>
    <message>
        <source>&amp;Dim what was never read</source>
        <translation>Pâlir ce qui n’a pas été &amp;lu</translation>
    </message>
    <message>
        <source>A sentence counts as read if a word of the summary gave it 5 % of its attention or more</source>
        <translation>Une phrase est lue si un mot du résumé lui a donné au moins 5&#xa0;% de son attention</translation>
    </message>
    <message>
        <source>Save the map…</source>
        <translation>Enregistrer la carte…</translation>
    </message>
    <message>
        <source>{read} of {count} sentences read ({percent} %)</source>
        <translation>{read} phrases lues sur {count} ({percent}&#xa0;%)</translation>
    </message>
    <message>
        <source>Map of the document</source>
        <translation>Carte du document</translation>
    </message>
    <message>
        <source>Which part of the document each word of the summary looked at. Wheel: zoom, drag: move.</source>
        <translation>Ce que chaque mot du résumé a regardé dans le document. Molette&#xa0;: zoom, glisser&#xa0;: déplacer.</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice</source>
        <translation>Avis</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>Fermer cet avis</translation>
    </message>
</context>
<context>
    <name>Offer</name>
    <message>
        <source>Model to fetch</source>
        <translation>Modèle à télécharger</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>Avancement du téléchargement</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Arrêter</translation>
    </message>
    <message>
        <source>Stop the download</source>
        <translation>Arrêter le téléchargement</translation>
    </message>
    <message>
        <source>To write speech down, a model is needed. {description} Licence: {licence}. It stays on this computer.</source>
        <translation>Pour mettre la parole par écrit, il faut un modèle. {description} Licence&#xa0;: {licence}. Il reste sur cet ordinateur.</translation>
    </message>
    <message>
        <source>&amp;Get {name} ({size})</source>
        <translation>&amp;Télécharger {name} ({size})</translation>
    </message>
    <message>
        <source>being unpacked</source>
        <translation>en cours d’installation</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>Optio&amp;ns</source>
        <translation>Optio&amp;ns</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Options</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message>
        <source>Searc&amp;h</source>
        <translation>Rec&amp;herche</translation>
    </message>
    <message>
        <source>How words are chosen: greedy is fastest, beams are often better</source>
        <translation>Comment les mots sont choisis&#xa0;: glouton est le plus rapide, les faisceaux sont souvent meilleurs</translation>
    </message>
    <message>
        <source>How captions are chosen, and how long they may be</source>
        <translation>Comment les légendes sont choisies et leur longueur maximale</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modèle</translation>
    </message>
    <message>
        <source>Which of the installed captioners looks at the pictures</source>
        <translation>Lequel des modèles de légendes installés regarde les images</translation>
    </message>
    <message>
        <source>How words are chosen: beams are better, greedy is fastest</source>
        <translation>Comment les mots sont choisis&#xa0;: le faisceau est meilleur, glouton est le plus rapide</translation>
    </message>
    <message>
        <source>&amp;Beams</source>
        <translation>&amp;Faisceaux</translation>
    </message>
    <message>
        <source>How many beginnings are kept side by side</source>
        <translation>Combien de débuts sont gardés côte à côte</translation>
    </message>
    <message>
        <source>&amp;Wordings</source>
        <translation>Form&amp;ulations</translation>
    </message>
    <message>
        <source>How many captions of each picture are wanted</source>
        <translation>Combien de légendes de chaque image sont voulues</translation>
    </message>
    <message>
        <source>How many words or parts of words a caption has at most</source>
        <translation>Combien de mots ou de parties de mots une légende compte au plus</translation>
    </message>
    <message>
        <source>How many wordings of each sentence are wanted</source>
        <translation>Combien de formulations de chaque phrase on souhaite</translation>
    </message>
    <message>
        <source>&amp;Temperature</source>
        <translation>&amp;Température</translation>
    </message>
    <message>
        <source>Under 1 cautious, over 1 daring; for sampling</source>
        <translation>Sous 1 prudent, au-dessus de 1 audacieux&#xa0;; pour le tirage</translation>
    </message>
    <message>
        <source>Top &amp;k</source>
        <translation>Top &amp;k</translation>
    </message>
    <message>
        <source>Sample among this many of the likeliest tokens; 0: all</source>
        <translation>Tirer parmi autant de jetons les plus probables&#xa0;; 0&#xa0;: tous</translation>
    </message>
    <message>
        <source>Top &amp;p</source>
        <translation>Top &amp;p</translation>
    </message>
    <message>
        <source>Sample among the likeliest tokens that together hold this share</source>
        <translation>Tirer parmi les jetons les plus probables qui réunissent cette part</translation>
    </message>
    <message>
        <source>No &amp;repeat</source>
        <translation>Sans &amp;répétition</translation>
    </message>
    <message>
        <source>No run of this many tokens comes twice; 0: no rule</source>
        <translation>Aucune suite d’autant de jetons ne revient deux fois&#xa0;; 0&#xa0;: sans règle</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>Couch&amp;e</translation>
    </message>
    <message>
        <source>The layer whose attention the map shows</source>
        <translation>La couche dont la carte montre l’attention</translation>
    </message>
    <message>
        <source>Hea&amp;d</source>
        <translation>Tê&amp;te</translation>
    </message>
    <message>
        <source>The head whose attention the map shows</source>
        <translation>La tête dont la carte montre l’attention</translation>
    </message>
    <message>
        <source>How characters are chosen, and how many are written</source>
        <translation>Comment les caractères sont choisis, et combien on en écrit</translation>
    </message>
    <message>
        <source>another each time</source>
        <translation>autre à chaque fois</translation>
    </message>
    <message>
        <source>Below 1 cautious, above 1 daring; 0 always takes the likeliest character</source>
        <translation>Prudent sous 1, audacieux au-dessus&#x202f;; 0 prend toujours le caractère le plus probable</translation>
    </message>
    <message>
        <source>Draw among this many of the likeliest characters; 0: all</source>
        <translation>Tirer parmi autant de caractères les plus probables&#x202f;; 0&#xa0;: tous</translation>
    </message>
    <message>
        <source>Draw among the likeliest characters that together hold this share</source>
        <translation>Tirer parmi les caractères les plus probables qui réunissent cette part</translation>
    </message>
    <message>
        <source>&amp;Length</source>
        <translation>&amp;Longueur</translation>
    </message>
    <message>
        <source>How many characters are written</source>
        <translation>Combien de caractères sont écrits</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>Grain&amp;e</translation>
    </message>
    <message>
        <source>The same number writes the same text again</source>
        <translation>Le même nombre écrit de nouveau le même texte</translation>
    </message>
    <message>
        <source>How words are chosen, and which layer and head the map shows</source>
        <translation>Comment les mots sont choisis, et quelle couche et quelle tête la carte montre</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>Glouton</translation>
    </message>
    <message>
        <source>Beams</source>
        <translation>Faisceaux</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Tirage</translation>
    </message>
    <message>
        <source>Mean of all</source>
        <translation>Moyenne de toutes</translation>
    </message>
</context>
<context>
    <name>OutputPane</name>
    <message>
        <source>Light letters: may still change. Shaded: the model was not sure; the darker, the less sure, with a dashed line below 30 %. Underlined: chosen by you. Grey: shared with the version before.</source>
        <translation>Lettres claires&#xa0;: peut encore changer. Fond teinté&#xa0;: le modèle n’était pas sûr&#xa0;; plus c’est foncé, moins il l’était, avec un trait pointillé sous 30&#xa0;%. Souligné&#xa0;: choisi par vous. Gris&#xa0;: commun avec la version précédente.</translation>
    </message>
    <message>
        <source>Versions of the text</source>
        <translation>Versions du texte</translation>
    </message>
    <message>
        <source>What the colours mean</source>
        <translation>Ce que les couleurs veulent dire</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Copier le texte</translation>
    </message>
    <message>
        <source>Save the text…</source>
        <translation>Enregistrer le texte…</translation>
    </message>
</context>
<context>
    <name>OverviewStrip</name>
    <message>
        <source>Where the document was read</source>
        <translation>Où le document a été lu</translation>
    </message>
    <message>
        <source>The whole document: darker where the summary comes from. Click to go there.</source>
        <translation>Tout le document&#xa0;: plus foncé là d’où vient le résumé. Cliquez pour y aller.</translation>
    </message>
</context>
<context>
    <name>PhotoCard</name>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>no caption</source>
        <translation>pas de légende</translation>
    </message>
    <message>
        <source>being looked at</source>
        <translation>en cours d’examen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulée</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>illisible</translation>
    </message>
    <message>
        <source>Edit the caption</source>
        <translation>Modifier la légende</translation>
    </message>
</context>
<context>
    <name>PhotoGrid</name>
    <message>
        <source>Find in captions and names</source>
        <translation>Chercher dans les légendes et les noms</translation>
    </message>
    <message>
        <source>Pictures with their captions</source>
        <translation>Images avec leurs légendes</translation>
    </message>
    <message>
        <source>Double-click or F2: write the caption yourself</source>
        <translation>Double-clic ou F2&#xa0;: écrire vous-même la légende</translation>
    </message>
    <message>
        <source>Pictures that are done</source>
        <translation>Images terminées</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{done} of {count} captioned</source>
        <translation>{done} légendées sur {count}</translation>
    </message>
    <message>
        <source>{done}, {count} not readable</source>
        <translation>{done}, {count} illisibles</translation>
    </message>
    <message>
        <source>{found} found; {rest}</source>
        <translation>{found} trouvées&#xa0;; {rest}</translation>
    </message>
</context>
<context>
    <name>PicturePane</name>
    <message>
        <source>&amp;Open pictures…</source>
        <translation>&amp;Ouvrir des images…</translation>
    </message>
    <message>
        <source>Open a &amp;folder…</source>
        <translation>Ouvrir un &amp;dossier…</translation>
    </message>
    <message>
        <source>Try a sam&amp;ple</source>
        <translation>Essayer un exem&amp;ple</translation>
    </message>
    <message>
        <source>&amp;Start with:</source>
        <translation>Comm&amp;encer par&#xa0;:</translation>
    </message>
    <message>
        <source>Start the caption with</source>
        <translation>Commencer la légende par</translation>
    </message>
    <message>
        <source>two dogs</source>
        <translation>two dogs</translation>
    </message>
    <message>
        <source>Every caption starts with these words; Enter writes them anew</source>
        <translation>Chaque légende commence par ces mots&#xa0;; Entrée les réécrit toutes</translation>
    </message>
    <message>
        <source>Drop pictures or a folder here, or paste one.</source>
        <translation>Déposez ici des images ou un dossier, ou collez une image.</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Point at a region to see which words looked there. Wheel: zoom, drag: move.</source>
        <translation>Pointez une région pour voir quels mots l’ont regardée. Molette&#xa0;: zoom, glisser&#xa0;: déplacer.</translation>
    </message>
</context>
<context>
    <name>PromptPane</name>
    <message>
        <source>Beginning of the text</source>
        <translation>Début du texte</translation>
    </message>
    <message>
        <source>Type how a text begins. Ctrl+Enter lets the model go on from there.</source>
        <translation>Tapez le début d’un texte. Ctrl+Entrée laisse le modèle continuer.</translation>
    </message>
    <message>
        <source>&amp;Write on</source>
        <translation>&amp;Continuer</translation>
    </message>
    <message>
        <source>Go on from this beginning (Ctrl+Enter)</source>
        <translation>Continuer à partir de ce début (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Try a sam&amp;ple</source>
        <translation>Essayer un exem&amp;ple</translation>
    </message>
</context>
<context>
    <name>RecordButton</name>
    <message>
        <source>Stop recording</source>
        <translation>Arrêter l’enregistrement</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Enregistrer la voix</translation>
    </message>
    <message>
        <source>{what} (space)</source>
        <translation>{what} (espace)</translation>
    </message>
</context>
<context>
    <name>Saver</name>
    <message>
        <source>captions</source>
        <translation>légendes</translation>
    </message>
    <message>
        <source>Save the captions</source>
        <translation>Enregistrer les légendes</translation>
    </message>
    <message>
        <source>{name} exists already.</source>
        <translation>{name} existe déjà.</translation>
    </message>
    <message>
        <source>{count} files exist already.</source>
        <translation>{count} fichiers existent déjà.</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Remplacer</translation>
    </message>
    <message>
        <source>The caption goes into the file as its description (XMP); the picture itself stays as it is.</source>
        <translation>La légende entre dans le fichier comme description (XMP)&#xa0;; l’image elle-même ne change pas.</translation>
    </message>
    <message>
        <source>Captions go into {count} files as their descriptions (XMP); the pictures stay as they are.</source>
        <translation>Les légendes entrent dans {count} fichiers comme descriptions (XMP)&#xa0;; les images elles-mêmes ne changent pas.</translation>
    </message>
    <message>
        <source>&amp;Write</source>
        <translation>&amp;Écrire</translation>
    </message>
    <message>
        <source>Save the captions into</source>
        <translation>Enregistrer les légendes dans</translation>
    </message>
    <message>
        <source>{count} text files written</source>
        <translation>{count} fichiers texte écrits</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Enregistré sous {name}</translation>
    </message>
    <message>
        <source>Save text &amp;files elsewhere…</source>
        <translation>Enregistrer les &amp;textes ailleurs…</translation>
    </message>
    <message>
        <source>Save &amp;elsewhere…</source>
        <translation>Enregistrer &amp;ailleurs…</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>The history file was damaged. It was kept as {file}, and a new one begun.</source>
        <translation>Le fichier de l’historique était abîmé. Il a été gardé sous le nom {file}, et un nouveau a été commencé.</translation>
    </message>
    <message>
        <source>The history file {file} cannot be used now. Results are kept until the program ends.</source>
        <translation>Le fichier de l’historique {file} est inutilisable pour l’instant. Les résultats sont gardés jusqu’à la fin du programme.</translation>
    </message>
    <message>
        <source>The program ended unexpectedly last time. A log of it is on this computer.</source>
        <translation>La dernière fois, le programme s’est arrêté de façon inattendue. Un journal se trouve sur cet ordinateur.</translation>
    </message>
    <message>
        <source>&amp;Show the log</source>
        <translation>&amp;Montrer le journal</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({error}). Your work is still here.</source>
        <translation>Quelque chose d’inattendu s’est produit ({error}). Votre travail est toujours là.</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
    <message>
        <source> min</source>
        <translation>&#xa0;min</translation>
    </message>
    <message>
        <source>&amp;Keep a history of results on this computer</source>
        <translation>&amp;Garder un historique des résultats sur cet ordinateur</translation>
    </message>
    <message>
        <source>There is no folder {folder}</source>
        <translation>Il n’y a pas de dossier {folder}</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Parcourir…</translation>
    </message>
    <message>
        <source>Browse for the model folder</source>
        <translation>Choisir le dossier des modèles</translation>
    </message>
    <message>
        <source>Keep a history</source>
        <translation>Garder un historique</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Appareil</translation>
    </message>
    <message>
        <source>Where models run; if a GPU fails, the CPU goes on</source>
        <translation>Où tournent les modèles&#xa0;; si un GPU échoue, le processeur continue</translation>
    </message>
    <message>
        <source>&amp;Precision</source>
        <translation>Préci&amp;sion</translation>
    </message>
    <message>
        <source>Smaller numbers are faster and a bit less exact</source>
        <translation>De plus petits nombres vont plus vite et sont un peu moins exacts</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Fils</translation>
    </message>
    <message>
        <source>CPU cores that one model uses</source>
        <translation>Cœurs du processeur qu’un modèle utilise</translation>
    </message>
    <message>
        <source>&amp;Free idle models after</source>
        <translation>&amp;Libérer les modèles inactifs après</translation>
    </message>
    <message>
        <source>They are loaded again when needed</source>
        <translation>Ils sont rechargés au besoin</translation>
    </message>
    <message>
        <source>&amp;Models in</source>
        <translation>&amp;Modèles dans</translation>
    </message>
    <message>
        <source>A folder with models of your own</source>
        <translation>Un dossier avec vos propres modèles</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>Lang&amp;ue</translation>
    </message>
    <message>
        <source>Of the window</source>
        <translation>De la fenêtre</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>T&amp;hème</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Clair ou sombre</translation>
    </message>
    <message>
        <source>Folder with models</source>
        <translation>Dossier des modèles</translation>
    </message>
    <message>
        <source>{device} (not found)</source>
        <translation>{device} (introuvable)</translation>
    </message>
    <message>
        <source>int8, smallest</source>
        <translation>int8, le plus petit</translation>
    </message>
    <message>
        <source>float16, for GPUs</source>
        <translation>float16, pour les GPU</translation>
    </message>
    <message>
        <source>float32, exact</source>
        <translation>float32, exact</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <translation>Raccourcis</translation>
    </message>
</context>
<context>
    <name>SoundList</name>
    <message>
        <source>Recordings to write down</source>
        <translation>Enregistrements à transcrire</translation>
    </message>
    <message>
        <source>&amp;Back to the recorder</source>
        <translation>&amp;Retour au micro</translation>
    </message>
    <message>
        <source>Kind of file to save</source>
        <translation>Genre de fichier à enregistrer</translation>
    </message>
    <message>
        <source>What each recording is saved as</source>
        <translation>Le type de fichier pour chaque enregistrement</translation>
    </message>
    <message>
        <source>Choose the folder for the texts; otherwise they go beside the recordings</source>
        <translation>Choisir le dossier des textes&#xa0;; sinon, ils vont à côté des enregistrements</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Reprendre</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>being written down</source>
        <translation>en cours de transcription</translation>
    </message>
</context>
<context>
    <name>SoundPane</name>
    <message>
        <source>Microphone</source>
        <translation>Micro</translation>
    </message>
    <message>
        <source>The microphone to record with</source>
        <translation>Le micro pour l’enregistrement</translation>
    </message>
    <message>
        <source>Press the button or the space bar and speak, or drop a recording or a video here. Every recording is kept on this computer.</source>
        <translation>Appuyez sur le bouton ou sur la barre d’espace et parlez, ou déposez ici un enregistrement ou une vidéo. Chaque enregistrement est gardé sur cet ordinateur.</translation>
    </message>
    <message>
        <source>&amp;Open a file…</source>
        <translation>&amp;Ouvrir un fichier…</translation>
    </message>
    <message>
        <source>Try a sam&amp;ple</source>
        <translation>Essayer un exem&amp;ple</translation>
    </message>
    <message>
        <source>Recorded time</source>
        <translation>Durée enregistrée</translation>
    </message>
    <message>
        <source>No microphone was found</source>
        <translation>Aucun micro trouvé</translation>
    </message>
</context>
<context>
    <name>SourcePane</name>
    <message>
        <source>Text to translate</source>
        <translation>Texte à traduire</translation>
    </message>
    <message>
        <source>Type or paste a text, or drop a file here. It is translated as you type.</source>
        <translation>Écrivez ou collez un texte, ou déposez un fichier ici. Il est traduit pendant que vous écrivez.</translation>
    </message>
    <message>
        <source>Try a sam&amp;ple</source>
        <translation>Essayer un exem&amp;ple</translation>
    </message>
    <message>
        <source>&amp;Open a file…</source>
        <translation>&amp;Ouvrir un fichier…</translation>
    </message>
    <message>
        <source>Kinds of files that can be translated; several at once, or a folder</source>
        <translation>Les fichiers qu’on peut traduire&#xa0;; plusieurs à la fois, ou un dossier</translation>
    </message>
</context>
<context>
    <name>Spectrogram</name>
    <message>
        <source>Spectrogram with the words beneath</source>
        <translation>Spectrogramme, avec les mots au-dessous</translation>
    </message>
    <message>
        <source>Where the model listened for each word. Click a word to hear it. Wheel: zoom.</source>
        <translation>Où le modèle a écouté pour chaque mot. Cliquez un mot pour l’entendre. Molette&#xa0;: zoom.</translation>
    </message>
    <message>
        <source>{time}: {percent} % of the attention of “{word}”</source>
        <translation>{time}&#xa0;: {percent}&#xa0;% de l’attention de «&#xa0;{word}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Edited</source>
        <translation>Corrigé</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>Ouverture de {name}…</translation>
    </message>
    <message>
        <source>{word}: probability {percent} %</source>
        <translation>{word}&#xa0;: probabilité {percent}&#xa0;%</translation>
    </message>
    <message>
        <source>Looked at here: {words}</source>
        <translation>Regardé ici&#xa0;: {words}</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>working</source>
        <translation>au travail</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Cancel Esc</source>
        <translation>Annuler Échap</translation>
    </message>
    <message>
        <source>Cancel what is running</source>
        <translation>Annuler ce qui est en cours</translation>
    </message>
    <message>
        <source>End what is running; what is there stays</source>
        <translation>Arrêter ce qui est en cours&#xa0;; ce qui est là reste</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progression</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Temps restant</translation>
    </message>
    <message>
        <source>no model in memory</source>
        <translation>aucun modèle en mémoire</translation>
    </message>
    <message>
        <source>Memory: {size}</source>
        <translation>Mémoire&#xa0;: {size}</translation>
    </message>
    <message>
        <source>On the GPU: {size}</source>
        <translation>Sur le GPU&#xa0;: {size}</translation>
    </message>
    <message>
        <source>{millions} million parameters</source>
        <translation>{millions} millions de paramètres</translation>
    </message>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} jetons/s</translation>
    </message>
    <message>
        <source>Speed: {speed} tokens a second</source>
        <translation>Vitesse&#xa0;: {speed} jetons par seconde</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>loading {name}…</source>
        <translation>chargement de {name}…</translation>
    </message>
    <message>
        <source>ready; {name} was freed and comes back when needed</source>
        <translation>prêt&#xa0;; {name} a été libéré et reviendra au besoin</translation>
    </message>
    <message>
        <source>ready; {name} loaded in {seconds} s</source>
        <translation>prêt&#xa0;; {name} chargé en {seconds}&#xa0;s</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step</source>
        <translation>Étape</translation>
    </message>
    <message>
        <source>Moves all models to the same step; Left and Right do so too</source>
        <translation>Mène tous les modèles à la même étape&#xa0;; Gauche et Droite aussi</translation>
    </message>
    <message>
        <source>Play the steps</source>
        <translation>Dérouler les étapes</translation>
    </message>
    <message>
        <source>Step {index} of {count}</source>
        <translation>Étape {index} sur {count}</translation>
    </message>
</context>
<context>
    <name>SummarizeTab</name>
    <message>
        <source>summary</source>
        <translation>résumé</translation>
    </message>
    <message>
        <source>Save the summary</source>
        <translation>Enregistrer le résumé</translation>
    </message>
    <message>
        <source>Save all summaries</source>
        <translation>Enregistrer tous les résumés</translation>
    </message>
    <message>
        <source>summaries</source>
        <translation>résumés</translation>
    </message>
    <message>
        <source>There is no document in it</source>
        <translation>Il n’y a là aucun document</translation>
    </message>
    <message>
        <source>A long text: Ctrl+Enter summarizes it</source>
        <translation>Texte long&#xa0;: Ctrl+Entrée le résume</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>attention</translation>
    </message>
    <message>
        <source>{words} of {of} words ({percent} %), {time} to read instead of {before}.</source>
        <translation>{words} mots sur {of} ({percent}&#xa0;%). Lecture&#xa0;: {time}, contre {before} pour le texte.</translation>
    </message>
    <message>
        <source>{percent} % of its words are copied.</source>
        <translation>{percent}&#xa0;% de ses mots sont copiés.</translation>
    </message>
    <message>
        <source>Too long for the model at once: it read the {kept} weightiest of {sentences} sentences.</source>
        <translation>Trop long pour être lu d’un coup&#xa0;: le modèle a lu les {kept} phrases principales sur {sentences}.</translation>
    </message>
    <message>
        <source>Too long for the model at once: read in {parts} parts, with {kept} of {sentences} sentences kept.</source>
        <translation>Trop long pour être lu d’un coup&#xa0;: lu en {parts} parties, {kept} phrases sur {sentences} gardées.</translation>
    </message>
    <message>
        <source>This seems to be in {language}, which the model has not learnt</source>
        <translation>Ce texte semble être en {language}, que le modèle n’a pas appris</translation>
    </message>
    <message>
        <source>Take a text in English or French</source>
        <translation>Prenez un texte en anglais ou en français</translation>
    </message>
</context>
<context>
    <name>SummaryList</name>
    <message>
        <source>Documents to summarize</source>
        <translation>Documents à résumer</translation>
    </message>
    <message>
        <source>Choose the folder for the summaries; otherwise they go beside the documents</source>
        <translation>Choisir le dossier des résumés&#xa0;; sinon ils vont à côté des documents</translation>
    </message>
    <message>
        <source>Kind of file to save</source>
        <translation>Genre de fichier à enregistrer</translation>
    </message>
    <message>
        <source>What each summary is saved as; Ctrl+S saves all of them in one table</source>
        <translation>Genre de chaque résumé enregistré&#xa0;; Ctrl+S les enregistre tous dans un tableau</translation>
    </message>
    <message>
        <source>being summarized</source>
        <translation>en cours de résumé</translation>
    </message>
</context>
<context>
    <name>SummaryPane</name>
    <message>
        <source>Dotted line: copied from the text; the other words are the model&apos;s own.</source>
        <translation>Pointillé&#xa0;: copié du texte&#xa0;; les autres mots sont du modèle.</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Résumé</translation>
    </message>
    <message>
        <source>The summary appears here. Click a word or a sentence to see where it comes from.</source>
        <translation>Le résumé apparaît ici. Cliquez sur un mot ou une phrase pour voir d’où il vient.</translation>
    </message>
    <message>
        <source>Summary before the choice</source>
        <translation>Résumé avant le choix</translation>
    </message>
    <message>
        <source>Sentence of the text, chosen with {percent} %. Click to go there and for other sentences.</source>
        <translation>Phrase du texte, choisie à {percent}&#xa0;%. Cliquez pour y aller et pour d’autres phrases.</translation>
    </message>
    <message>
        <source>{word}: copied from the text, {percent} %. Click to go there and for other words.</source>
        <translation>{word}&#xa0;: copié du texte, {percent}&#xa0;%. Cliquez pour y aller et pour d’autres mots.</translation>
    </message>
    <message>
        <source>{word}: the model&apos;s own, {percent} %. Click for where it looked and for other words.</source>
        <translation>{word}&#xa0;: du modèle, {percent}&#xa0;%. Cliquez pour voir ce qu’il a regardé et d’autres mots.</translation>
    </message>
</context>
<context>
    <name>TargetPane</name>
    <message>
        <source>Translation</source>
        <translation>Traduction</translation>
    </message>
    <message>
        <source>The translation appears here. Click a word to choose another.</source>
        <translation>La traduction apparaît ici. Cliquez sur un mot pour en choisir un autre.</translation>
    </message>
    <message>
        <source>Translation before the choice</source>
        <translation>Traduction avant le choix</translation>
    </message>
    <message>
        <source>S&amp;ummarize</source>
        <translation>Rés&amp;umer</translation>
    </message>
    <message>
        <source>Send the translation to the Summarize tab</source>
        <translation>Envoyer la traduction à l’onglet Résumer</translation>
    </message>
    <message>
        <source>Other wordings of this sentence</source>
        <translation>Autres formulations de cette phrase</translation>
    </message>
    <message>
        <source>Other wordings of this sentence, the best first, with their scores</source>
        <translation>Autres formulations de cette phrase, la meilleure d’abord, avec leurs scores</translation>
    </message>
    <message>
        <source>{word}: probability {percent} %. Click for other words.</source>
        <translation>{word}&#xa0;: probabilité {percent}&#xa0;%. Cliquez pour d’autres mots.</translation>
    </message>
</context>
<context>
    <name>TaskTab</name>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <source>Save the map</source>
        <translation>Enregistrer la carte</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>Ouvrir des fichiers</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Enregistré sous {name}</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Il n’y a encore rien à enregistrer</translation>
    </message>
    <message>
        <source>&amp;Open another…</source>
        <translation>&amp;Ouvrir un autre…</translation>
    </message>
    <message>
        <source>Try &amp;again</source>
        <translation>Réess&amp;ayer</translation>
    </message>
    <message>
        <source>Save &amp;elsewhere…</source>
        <translation>Enregistrer &amp;ailleurs…</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Chargement du modèle…</translation>
    </message>
</context>
<context>
    <name>TaskTabs</name>
    <message>
        <source>Translate</source>
        <translation>Traduire</translation>
    </message>
    <message>
        <source>Summarize</source>
        <translation>Résumer</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Légender</translation>
    </message>
    <message>
        <source>Transcribe</source>
        <translation>Transcrire</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Générer</translation>
    </message>
</context>
<context>
    <name>TextPane</name>
    <message>
        <source>What was said</source>
        <translation>Ce qui a été dit</translation>
    </message>
    <message>
        <source>What is said appears here. Click a word to hear it and to choose another.</source>
        <translation>Ce qui est dit apparaît ici. Cliquez un mot pour l’entendre et pour en choisir un autre.</translation>
    </message>
    <message>
        <source>What was said, before the choice</source>
        <translation>Ce qui a été dit, avant le choix</translation>
    </message>
    <message>
        <source>Edit what was said</source>
        <translation>Corriger ce qui a été dit</translation>
    </message>
    <message>
        <source>E&amp;dit</source>
        <translation>&amp;Corriger</translation>
    </message>
    <message>
        <source>Correct the text; words that you leave keep their times</source>
        <translation>Corriger le texte&#xa0;; les mots inchangés gardent leur moment</translation>
    </message>
    <message>
        <source>&amp;Translate</source>
        <translation>&amp;Traduire</translation>
    </message>
    <message>
        <source>Send the text to the Translate tab</source>
        <translation>Envoyer le texte à l’onglet Traduire</translation>
    </message>
    <message>
        <source>S&amp;ummarize</source>
        <translation>Rés&amp;umer</translation>
    </message>
    <message>
        <source>Send the text to the Summarize tab</source>
        <translation>Envoyer le texte à l’onglet Résumer</translation>
    </message>
    <message>
        <source>{word}: probability {percent} %. Click to hear it and for other words.</source>
        <translation>{word}&#xa0;: probabilité {percent}&#xa0;%. Cliquez pour l’entendre et pour d’autres mots.</translation>
    </message>
    <message>
        <source>{word}, {time}: probability {percent} %. Click to hear it and for other words.</source>
        <translation>{word}, {time}&#xa0;: probabilité {percent}&#xa0;%. Cliquez pour l’entendre et pour d’autres mots.</translation>
    </message>
    <message>
        <source>{word}: written by you</source>
        <translation>{word}&#xa0;: écrit par vous</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Terminé</translation>
    </message>
</context>
<context>
    <name>TranscribeTab</name>
    <message>
        <source>Save the text</source>
        <translation>Enregistrer le texte</translation>
    </message>
    <message>
        <source>spectrogram</source>
        <translation>spectrogramme</translation>
    </message>
    <message>
        <source>said at {time}</source>
        <translation>dit à {time}</translation>
    </message>
    <message>
        <source>said from {time} to {end}</source>
        <translation>dit de {time} à {end}</translation>
    </message>
    <message>
        <source>The model is here</source>
        <translation>Le modèle est là</translation>
    </message>
    <message>
        <source>Try &amp;again</source>
        <translation>Réess&amp;ayer</translation>
    </message>
    <message>
        <source>The microphone is on; nothing is kept until you record</source>
        <translation>Le micro est ouvert&#xa0;; rien n’est gardé avant l’enregistrement</translation>
    </message>
    <message>
        <source>A recording was cut off when the program ended last time. It was kept.</source>
        <translation>Un enregistrement a été interrompu quand le programme s’est arrêté. Il a été gardé.</translation>
    </message>
    <message>
        <source>&amp;Write it down</source>
        <translation>&amp;Le transcrire</translation>
    </message>
    <message>
        <source>Sound and video</source>
        <translation>Son et vidéo</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
    <message>
        <source>Save the texts into</source>
        <translation>Enregistrer les textes dans</translation>
    </message>
    <message>
        <source>There is no recording in it</source>
        <translation>Il ne s’y trouve aucun enregistrement</translation>
    </message>
    <message>
        <source>Choose sound or video files, or their folder</source>
        <translation>Choisissez des fichiers de son ou de vidéo, ou leur dossier</translation>
    </message>
    <message>
        <source>Cancelled; what was there stays</source>
        <translation>Annulé&#xa0;; ce qui était là reste</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Continuer</translation>
    </message>
    <message>
        <source>{seconds} s behind you</source>
        <translation>{seconds}&#xa0;s de retard sur vous</translation>
    </message>
    <message>
        <source>Writing down the rest…</source>
        <translation>Transcription de la fin…</translation>
    </message>
    <message>
        <source>No speech was heard</source>
        <translation>Aucune parole entendue</translation>
    </message>
    <message>
        <source>Stopped by an error</source>
        <translation>Arrêté par une erreur</translation>
    </message>
</context>
<context>
    <name>TranslateTab</name>
    <message>
        <source>Save the translation</source>
        <translation>Enregistrer la traduction</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>attention</translation>
    </message>
    <message>
        <source>Save the translations into</source>
        <translation>Enregistrer les traductions dans</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Termes</translation>
    </message>
    <message>
        <source>Open a glossary</source>
        <translation>Ouvrir un glossaire</translation>
    </message>
    <message>
        <source>There is no file in it that can be translated</source>
        <translation>Il n’y a là aucun fichier qu’on puisse traduire</translation>
    </message>
    <message>
        <source>A long text: Ctrl+Enter translates it</source>
        <translation>Un long texte&#xa0;: Ctrl+Entrée le traduit</translation>
    </message>
    <message>
        <source>This seems to be in {language}, which the model does not know; it may invent</source>
        <translation>Le texte semble être en {language}, que le modèle ne connaît pas&#x202f;; il risque d’inventer</translation>
    </message>
    <message>
        <source>Take a text in {languages}</source>
        <translation>Prenez un texte en {languages}</translation>
    </message>
    <message>
        <source>{first} or {second}</source>
        <translation>{first} ou {second}</translation>
    </message>
</context>
<context>
    <name>VersionTabs</name>
    <message>
        <source>First version</source>
        <translation>Première version</translation>
    </message>
</context>
<context>
    <name>Waveform</name>
    <message>
        <source>The whole recording</source>
        <translation>L’enregistrement entier</translation>
    </message>
    <message>
        <source>{length}, speech in {count} stretches</source>
        <translation>{length}, parole dans {count} passages</translation>
    </message>
</context>
<context>
    <name>WrittenPane</name>
    <message>
        <source>Written text</source>
        <translation>Texte écrit</translation>
    </message>
    <message>
        <source>The text appears here. Click a character to choose another.</source>
        <translation>Le texte apparaît ici. Cliquez sur un caractère pour en choisir un autre.</translation>
    </message>
    <message>
        <source>Text before the choice</source>
        <translation>Texte avant le choix</translation>
    </message>
    <message>
        <source>{character}: probability {percent} %. Click for other characters.</source>
        <translation>{character}&#xa0;: probabilité {percent}&#xa0;%. Cliquez pour d’autres caractères.</translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>Open files</source>
        <translation>Ouvrir des fichiers</translation>
    </message>
    <message>
        <source>Paste text, a picture or a file</source>
        <translation>Coller un texte, une image ou un fichier</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Relancer</translation>
    </message>
    <message>
        <source>Cancel; what is there stays</source>
        <translation>Annuler&#xa0;; ce qui est là reste</translation>
    </message>
    <message>
        <source>Copy; the whole output when nothing is selected</source>
        <translation>Copier&#xa0;; tout le résultat quand rien n’est sélectionné</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Undo the last choice</source>
        <translation>Défaire le dernier choix</translation>
    </message>
    <message>
        <source>Redo it</source>
        <translation>Le refaire</translation>
    </message>
    <message>
        <source>Compare models</source>
        <translation>Comparer des modèles</translation>
    </message>
    <message>
        <source>Record, and stop; in the Transcribe tab</source>
        <translation>Enregistrer, et arrêter&#xa0;; dans l’onglet Transcrire</translation>
    </message>
    <message>
        <source>Let the map fill the window</source>
        <translation>Agrandir la carte à toute la fenêtre</translation>
    </message>
    <message>
        <source>Next tab</source>
        <translation>Onglet suivant</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>These shortcuts</source>
        <translation>Ces raccourcis</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>about {count} s</source>
        <translation>environ {count}&#xa0;s</translation>
    </message>
    <message>
        <source>about {count} min</source>
        <translation>environ {count}&#xa0;min</translation>
    </message>
    <message>
        <source>about {count} h</source>
        <translation>environ {count}&#xa0;h</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size}&#xa0;Mo</translation>
    </message>
    <message>
        <source>{size} GB</source>
        <translation>{size}&#xa0;Go</translation>
    </message>
    <message>
        <source>GPU {number}</source>
        <translation>GPU {number}</translation>
    </message>
    <message>
        <source>CPU 1 thread</source>
        <translation>CPU 1 fil</translation>
    </message>
    <message>
        <source>CPU {count} threads</source>
        <translation>CPU {count} fils</translation>
    </message>
    <message>
        <source>Cancelled; what was there stays</source>
        <translation>Annulé&#xa0;; ce qui était là reste</translation>
    </message>
    <message>
        <source>Stopped by an error</source>
        <translation>Arrêté par une erreur</translation>
    </message>
    <message>
        <source>Stopped at the length limit</source>
        <translation>Arrêté à la longueur maximale</translation>
    </message>
    <message>
        <source>Stopped: the text began to repeat itself</source>
        <translation>Arrêté&#xa0;: le texte commençait à se répéter</translation>
    </message>
    <message>
        <source>Stopped: the model no longer moved through its input</source>
        <translation>Arrêté&#xa0;: le modèle n’avançait plus dans ce qu’il lisait</translation>
    </message>
    <message>
        <source>Stopped: the model was only guessing</source>
        <translation>Arrêté&#xa0;: le modèle ne faisait plus que deviner</translation>
    </message>
</context>
</TS>
