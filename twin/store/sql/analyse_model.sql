-- A first model fills tables the planner knows nothing about; without this it walks every
-- feature for each key (six seconds for 9,000 objects).
analyze city.feature, city.space, city.element, city.opening, city.equipment
