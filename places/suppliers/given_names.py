"""Given names common in Britain, of many origins, by which a person's name is told from a firm's.

A list of our own, taken from no register: what it misses is measured (`measured.py`). Names that are as often a word or a
place (Hope, Preston, Victoria, Dale) are left out.
"""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    aaron abbie abby abdul abdullah abigail abu adam adele adnan adrian adriana agata agnes ahmad ahmed aidan aileen aimee
    aisha aishah ajay alan alana alastair albert alec aled alejandro aleksandra alex alexander alexandra alexandru alfie
    alfred ali alice alicia alina alisha alison alistair allan allen allison alun alyson amanda amara amber amelia amita amina
    aminah amir amit amy ana andre andrea andreas andreea andrei andrew andrzej andy aneta anette angela angelina angus
    anil anila anita anjali ann anna annabel annabelle anne annette annie anthea anthony antonia antonio antony anwar
    archie arif arjun arnold arran arshad arthur asad ash asha ashley ashraf asif asim audrey aurora ava awais ayesha
    barbara barnaby barry bartosz beata beatrice becky belinda ben benedict benjamin bernadette bernard beryl beth bethan
    bethany betty beverley bharat bianca bill billie billy blake bob bobby bogdan bradley brandon brenda brendan brian
    bridget bronwen bruce bryan bryony caitlin callum calum cameron camilla carl carla carlos carly carmen carol carole
    caroline carolyn cassandra catalina catherine cathryn cathy catrin cecilia celia ceri chantelle charlene charles
    charlie charlotte chen cheryl chidi chinedu chloe chris christina christine christopher ciara cindy claire clara clare
    claudia clifford cliff clive colin colleen collette connie connor conor constance corinne courtney craig cristina
    curtis cynthia dafydd daisy damian damien dan daniel daniela danielle danny daphne darren dave david davinder dawn
    dean deborah debbie debra declan dee deepak deirdre denis denise dennis derek dermot desmond diana diane dilip
    dimitri dominic dominik donald donna doreen doris dorothy dorota douglas duncan dylan eamonn ed eddie edith edmund
    edward edwin eileen elaine eleanor elena eli elisabeth elise elizabeth ella ellen ellie ellis elsie emily emma emmanuel
    eoin eric erica erin ernest esme esther ethan ethel eugene eva evan eve evelyn ewa ewan ewelina faisal faith farah
    farhan farida faridah farooq fatima fatimah faye felicity felix femi ferdinand fergus fiona florin francesca francis
    frank frankie fraser fred freddie frederick freya gabriel gabriela gail gareth garry gary gavin gayle gemma geoff
    geoffrey george georgia georgina gerald geraldine gerard gerry gethin gillian gina giovanni giulia glenys glenn gloria
    glyn gordon graeme graham grant greg gregory grzegorz gulam gurpreet guy gwen gwyneth habib hadiya hafsa haider hamid
    hamish hamza hannah harbhajan hardeep hari harjit harold haroon harpreet harriet harry harvey hasan hassan hazel
    heather hector heidi helen helena henry herbert hilary hilda howard hugh hugo humphrey hussain hussein iain ian
    ibrahim idris ifeoma ikram ilona imogen imran ines ingrid ioana iqbal ira irena irene irfan iris irina isaac isabel
    isabella isabelle isla ismail ivan ivor iwona izabela jack jackie jacob jacqueline jacqui jade jagdish jaime jake
    jakub jamal james jamie jan jane janet janice janine jared jasmin jasmine jason jasvinder jaswinder javed javier jay
    jayne jayesh jean jeanette jeff jeffrey jemma jennifer jenny jeremy jerome jerzy jessica jessie jill jim jimmy jo
    joan joana joanna joanne jodie joe joel john johnathan johnny jon jonathan jordan jorge jose josef joseph josephine
    josh joshua joyce juan judith judy julia julian juliana julie juliet june justin justine justyna kabir kacper kadir
    kalpana kamal kamil kamran karen karim karina karl karolina kate katarzyna katherine kathleen kathryn kathy katie
    katrina katy kayleigh keeley keira keith kelly kelvin ken kenneth kenny kerry kevin khadija khalid khalil kieran kiran
    kirsten kirsty kofi krishna kristian kristina krystyna krzysztof kulwinder kunal kurt kwame kyle kylie lakshmi lara
    laura lauren laurence lawrence leah leanne lee leila len lena leo leon leonard leonie lesley leslie lewis liam lilian
    lillian lilly lily lina linda lindsay lindsey linsey lisa liz lizzie llewellyn lloyd logan lois lola loraine lorna
    lorraine lottie louis louisa louise luca lucas lucia lucinda lucy luis lukasz luke lydia lyn lynda lyndsay lyndsey
    lynn lynne lynsey maciej maddison madeleine madison magdalena magda mahmood mahmoud maisie malcolm malgorzata mandy
    manjit manoj manuel marc marcel marcia marcin marco marcus marek margaret maria mariam marian marianne marie marilyn
    marina mario marion marius mariusz marjorie mark marlene marta martha martin martina martyn mary maryam mateusz
    matilda matt matteo matthew maureen maurice mavis max maxine maya meera megan mehmet mehmood mel melanie melissa
    melvin mercy meryl mia michael michaela michal michel michele michelle mick mihaela mihai mike mikolaj mildred miles
    milly mina miranda miriam mitchell mo mohamed mohammad mohammed mohan mohsin moira molly mona monica monika morag
    morgan muhammad muhammed muriel musa mustafa myra nadeem nadia nadine nancy naomi narinder naseem nasir nasreen natalia
    natalie natasha nathan nathaniel naveed neelam neil nelson ngozi niall nichola nicholas nick nicky nicola nicole
    nicolas nigel nikhil nikki nina niamh nisha noah noel nora norah noreen norma norman nuala obinna oliver olivia
    olga olu oluwaseun omar oonagh orla oscar osman owen pamela paola parminder parveen pat patricia patrick patrycja
    paul paula pauline pavel pawel pedro peggy penelope penny perminder pete peter petra phil philip philippa phillip
    phoebe phyllis piers piotr polly pradeep prakash pritam priya przemyslaw rabia rachael rachel radoslaw rafael rafal
    rahul raj rajesh rajinder rakesh ralph ramesh ramona rashid ravi ravinder ray raymond razia rebecca reece reginald
    rehana renata rhian rhiannon rhys ricardo richard rick ricky rita rizwan rob robbie robert roberta roberto robin
    robyn rodney roger roland roman ron ronald ronan rory rosalind rosanna rosemary rosie ross rowan roxana roy roya
    rubina rupert russell ruth ryan saad sabina sabrina sadia saeed safia saima sajid sajjad saleem saleh salim sally
    salma salman sam samantha samina samir samuel sandeep sandra sanjay sara sarah satnam saul scarlett scott sean
    sebastian selina serena shabana shabir shah shahid shaheen shahnaz shane shannon sharon shaun shazia sheena sheila
    shelley sheryl shirley shona sian sidney siobhan simon simone simran skye slawomir sofia sohail sonia sonya sophia
    sophie stacey stan stanislaw stanley stefan stella stephanie stephen steve steven stewart stuart sue sufyan sukhdev
    sukhjit sultan sumaira sunil sunita suresh surinder surjit susan susanna susanne suzanne sybil sylvia syed tabitha
    tahir tahira tamara tamsin tania tanya tara tariq tasnim ted terence teresa terry tess thelma theo theodore theresa
    thomas tim timothy tina tobias toby tom tomasz tommy toni tony tracey tracy trevor tricia trish trudy tunde ulrich
    una ursula usha usman valerie vanessa vera veronica vicki vickie vicky vijay vikram vincent viola violet vivian vivien
    vivienne waheed walter wasim wayne wendy wilfred will william winifred winston wojciech xavier yasmin yasmeen yasir
    yolanda yousaf yousef yusuf yvette yvonne zachary zafar zahid zahida zahra zainab zara zahoor zbigniew zeeshan zeynep
    zoe zofia zubair zuzanna
    """.split()
)
