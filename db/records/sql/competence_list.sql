-- A page of present competences, of one agency or of all: competence_once, competences_topic. $1 agency, $2 of one
-- agency, $3 key, $4 id, $5 rows
select c.doc, c.topic || ' ' || c.region as key, c.id
from competence_docs c
where c.until is null and (not $2::boolean or c.agency_id = $1::uuid)
  and ($4::text = '' or (c.topic || ' ' || c.region, c.id) > ($3::text, nullif($4, '')::uuid))
order by c.topic || ' ' || c.region, c.id
limit $5::int
